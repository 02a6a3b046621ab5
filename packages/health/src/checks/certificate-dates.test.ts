import { describe, expect, it } from 'vitest';
import { type CertificateDates, chainDates, judgeDates } from './certificate-dates.ts';

const DAY_MS = 86_400_000;
const limits = { degradedDays: 14, downDays: 3 };

/** One that begins and ends so many days from now, which is 0. */
function dated(subject: string, fromDays: number, toDays: number, isSelfSigned = false): CertificateDates {
  return { subject, validFromMs: fromDays * DAY_MS, validToMs: toDays * DAY_MS, isSelfSigned };
}

describe('judgeDates', () => {
  it.each<readonly [string, readonly CertificateDates[], RegExp]>([
    ['nothing', [], /^down there is no certificate$/],
    ['one that begins tomorrow', [dated('a', 1, 90)], /^down .* is not valid before/],
    ['one that ended', [dated('a', -9, 0)], /^down .* expired on/],
    ['one with two days left', [dated('a', -9, 2)], /^down .* in 2 days/],
    ['one with ten days left', [dated('a', -9, 10)], /^degraded .* in 10 days/],
    ['one with time left', [dated('a', -9, 90)], /^up$/],
    [
      'an issuer that ends first',
      [dated('a', -9, 90), dated('b', -9, 9), dated('c', -9, 5)],
      /^degraded .*\bc\b.* expires/,
    ],
    ['an issuer that has ended', [dated('a', -9, 90), dated('b', -9, -1)], /^degraded .*\bb\b.* expired/],
    ['a root that ends first', [dated('a', -9, 90), dated('root', -9, 1, true)], /^up$/],
  ])('says of %s how long it lasts', (_what, chain, expected) => {
    const { status, reason } = judgeDates(chain, limits, 0);
    expect([status, reason].filter(Boolean).join(' ')).toMatch(expected);
  });

  it('names why one is not trusted before it counts its days', () => {
    expect(judgeDates([dated('a', -9, 90)], limits, 0, 'who signed it?')).toMatchObject({
      status: 'down',
      reason: expect.stringContaining('who signed it?') as string,
    });
  });
});

describe('chainDates', () => {
  it('goes up to the root, which names itself, and calls one without a name the certificate', () => {
    const root = {
      subject: { CN: ['Root', 'Old'] },
      valid_from: 'Jan 1 2026 GMT',
      valid_to: 'Jan 2 2026 GMT',
    };
    Object.assign(root, { issuerCertificate: root });
    const own = { ...root, subject: {}, issuerCertificate: root };
    expect(chainDates(own as unknown as Parameters<typeof chainDates>[0])).toEqual([
      expect.objectContaining({ subject: 'the certificate', isSelfSigned: false }),
      expect.objectContaining({ subject: 'Root', isSelfSigned: true }),
    ]);
  });
});
