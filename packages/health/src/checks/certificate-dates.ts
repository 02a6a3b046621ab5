import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import type { CheckResult } from '../check.ts';
import { degraded, down, up } from './timed-check.ts';

/** What matters of a certificate here. */
export interface CertificateDates {
  /** The common name, else the whole subject in one line. */
  readonly subject: string;
  readonly validFromMs: number;
  readonly validToMs: number;
  /** A root: it is trusted because it is known here, not because it was sent. */
  readonly isSelfSigned: boolean;
}

export interface DayLimits {
  readonly degradedDays: number;
  readonly downDays: number;
}

const DAY_MS = 86_400_000;
/** Longest chain that is looked at. */
const MAX_CHAIN = 16;

/** The certificate of a server and those that vouch for it, in this order. */
export function chainDates(
  certificate: PeerCertificate & { readonly issuerCertificate?: unknown },
): CertificateDates[] {
  const dates: CertificateDates[] = [];
  let at: typeof certificate | undefined = certificate;
  while (at !== undefined && dates.length < MAX_CHAIN) {
    const issuer = at.issuerCertificate as typeof certificate | undefined;
    dates.push({
      subject: [at.subject?.CN].flat()[0] ?? 'the certificate',
      validFromMs: Date.parse(at.valid_from),
      validToMs: Date.parse(at.valid_to),
      // A root names itself as its issuer.
      isSelfSigned: issuer === at,
    });
    at = issuer === at ? undefined : issuer;
  }
  return dates;
}

/**
 * The certificates in a file, in PEM or DER, in their order.
 *
 * @throws {Error} when there is none, or one that cannot be read
 */
export function fileDates(bytes: Buffer): CertificateDates[] {
  const texts = bytes
    .toString('latin1')
    .match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g);
  return (texts ?? [bytes]).slice(0, MAX_CHAIN).map((encoded) => {
    const certificate = new X509Certificate(encoded);
    const [, name] = /^CN=(.+)$/m.exec(certificate.subject ?? '') ?? [];
    return {
      subject: name ?? 'the certificate',
      validFromMs: Date.parse(certificate.validFrom),
      validToMs: Date.parse(certificate.validTo),
      isSelfSigned: certificate.subject === certificate.issuer,
    };
  });
}

/**
 * Judges the first certificate by the days that it has left, and warns of one above it that ends sooner.
 *
 * @param chain at least one; the certificate itself comes first
 * @param distrust why it is not trusted, when it is not
 */
export function judgeDates(
  chain: readonly CertificateDates[],
  { degradedDays, downDays }: DayLimits,
  nowMs: number,
  distrust?: string,
): CheckResult {
  const [own, ...above] = chain;
  if (own === undefined) return down('there is no certificate');
  const daysLeft = Math.floor((own.validToMs - nowMs) / DAY_MS);
  const details = { subject: own.subject, validTo: dateText(own.validToMs), daysLeft };
  const name = `the certificate ${own.subject}`;
  if (nowMs < own.validFromMs) {
    return down(`${name} is not valid before ${dateText(own.validFromMs)}: is the clock right?`, details);
  }
  if (nowMs >= own.validToMs) return down(`${name} expired on ${dateText(own.validToMs)}: renew it`, details);
  if (distrust !== undefined) return down(`${name} is not trusted: ${distrust}`, details);
  const ending = `expires on ${dateText(own.validToMs)}, in ${daysText(daysLeft)}: see why it is not renewed`;
  if (daysLeft < downDays) return down(`${name} ${ending}`, details);
  if (daysLeft < degradedDays) return degraded(`${name} ${ending}`, details);
  const first = above
    .filter((each) => !each.isSelfSigned && each.validToMs < nowMs + degradedDays * DAY_MS)
    .toSorted((a, b) => a.validToMs - b.validToMs)[0];
  if (first === undefined) return up(details);
  const verb = nowMs >= first.validToMs ? 'expired' : 'expires';
  return degraded(
    `the certificate ${first.subject}, which vouches for ${own.subject}, ${verb} on ${dateText(first.validToMs)}`,
    details,
  );
}

function dateText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
