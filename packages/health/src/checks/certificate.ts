import { open } from 'node:fs/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import type { CheckResult } from '../check.ts';
import { chainDates, fileDates, judgeDates } from './certificate-dates.ts';
import { failureText } from './failure-text.ts';
import { createOutstanding } from './outstanding.ts';
import { connected } from './socket.ts';
import { type BuiltInCheck, down, timedCheck, timeoutMsSchema } from './timed-check.ts';

/** Runs in the background this often [ms]: days are what matters, and a handshake costs the other side. */
const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 5000;
/** Most of a file that is read [B]; a chain has a few thousand. */
const MAX_FILE_BYTES = 1024 * 1024;

const daysSchema = z.number().min(0).max(3650);

export const certificateCheckOptionsSchema = z
  .strictObject({
    /** Name or address of a server whose certificate is looked at; or `file`. */
    host: z.string().min(1).max(255).optional(),
    /** Its port. */
    port: z.int().min(1).max(65_535).default(443),
    /** The name that the certificate must be for, when it is not `host`. */
    servername: z.string().min(1).max(255).optional(),
    /** Certificates of the authorities to trust, in PEM, in place of those that Node.js trusts. */
    ca: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).readonly()]).optional(),
    /** A file with the certificate, in PEM or DER; the first one in it counts. Read anew each time. */
    file: z.string().min(1).optional(),
    /** It is degraded with fewer days left. */
    degradedDays: daysSchema.default(21),
    /** It is down with fewer days left. */
    downDays: daysSchema.default(3),
    /** Longest wait for the server or the file [ms]. It is not a probe that waits: it runs in the background. */
    timeoutMs: timeoutMsSchema.default(TIMEOUT_MS),
  })
  .refine(({ host, file }) => (host === undefined) !== (file === undefined), {
    error: 'either host or file',
    path: ['host'],
  })
  .refine(({ degradedDays, downDays }) => downDays <= degradedDays, {
    error: 'a number of days that is not above degradedDays',
    path: ['downDays'],
  });
export type CertificateCheckOptions = z.input<typeof certificateCheckOptionsSchema>;
type ResolvedCertificateCheckOptions = Readonly<z.output<typeof certificateCheckOptionsSchema>>;

/** Parts that tests replace. */
export interface CertificateDeps {
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number;
  readonly readFile?: (path: string) => Promise<Buffer>;
}

/**
 * A certificate, that of a TLS server or one in a file, is valid for some time yet; that of a server is also trusted
 * and for the right name. Runs every minute in the background. Details: `subject`, `validTo`, `daysLeft`. A file on a network
 * file system that hangs holds one thread at most.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('certificate', certificateCheck({ host: 'api.local', port: 8443 }));
 * @example health.add('certificate', certificateCheck({ file: '/etc/tls/tls.crt', degradedDays: 14 }));
 */
export function certificateCheck(
  options: CertificateCheckOptions,
  { nowMs = Date.now, readFile = readStart }: CertificateDeps = {},
): BuiltInCheck {
  const resolved = parseOptions('certificateCheck', certificateCheckOptionsSchema, options);
  const { host, port, file, timeoutMs } = resolved;
  const place = file ?? `${host}:${port}`;
  const read = createOutstanding(() => readFile(file ?? ''));

  return {
    ...timedCheck(timeoutMs, () => ({
      work: async (stop) => {
        const result =
          file === undefined
            ? await judgeServer(resolved, stop, nowMs)
            : judgeDates(fileDates(await read()), resolved, nowMs());
        return result.reason === undefined ? result : { ...result, reason: `${place}: ${result.reason}` };
      },
      late: (afterMs) => down(`${place}: no certificate after ${afterMs} ms`),
      failed: (error) => down(`${place}: ${failureText(error)}`),
    })),
    intervalMs: INTERVAL_MS,
  };
}

async function judgeServer(
  options: ResolvedCertificateCheckOptions,
  stop: AbortSignal,
  nowMs: () => number,
): Promise<CheckResult> {
  const { host = '', port, servername = isIP(host) === 0 ? host : undefined, ca } = options;
  const socket = connect({
    host,
    port,
    ...(servername === undefined ? {} : { servername }),
    ...(ca === undefined ? {} : { ca: [ca].flat() }),
    // One that has expired must be read to be told of. Nothing is sent and nothing is believed.
    rejectUnauthorized: false,
  });
  try {
    await connected(socket, 'secureConnect', stop);
    const certificate = socket.getPeerCertificate(true);
    if (Object.keys(certificate).length === 0) return down('the server has sent no certificate');
    const distrust = socket.authorized ? undefined : trustText(socket.authorizationError);
    return judgeDates(chainDates(certificate), options, nowMs(), distrust);
  } finally {
    socket.destroy();
  }
}

/** Node.js gives the code where it has one, and an error or a text where not. */
function trustText(problem: unknown): string {
  if (typeof problem !== 'string') return failureText(problem);
  return failureText(/^[A-Z\d_]+$/.test(problem) ? { code: problem } : problem);
}

async function readStart(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_FILE_BYTES), 0, MAX_FILE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
