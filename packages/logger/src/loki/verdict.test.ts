import { describe, expect, it } from 'vitest';
import { backoffMs, MISCONFIGURED_BACKOFF, OUTAGE_BACKOFF } from './backoff.ts';
import { judge, readRetryAfter } from './verdict.ts';

const NOW_MS = 1_763_672_452_123;

describe('judge', () => {
  it.each([
    { status: 204, kind: 'stored' },
    { status: 200, kind: 'stored' },
    { status: 400, kind: 'rejected' },
    { status: 422, kind: 'rejected' },
    { status: 413, kind: 'too-large' },
    ...[408, 425, 429, 500, 502, 503, 504, 507, 520].map((status) => ({ status, kind: 'retry' })),
    ...[301, 302, 307, 401, 403, 404, 405, 407, 411, 415, 431].map((status) => ({
      status,
      kind: 'misconfigured',
    })),
  ])('takes $status for $kind', ({ status, kind }) => {
    const answer = { status, retryAfter: undefined, contentType: undefined, body: '' };
    expect(judge(answer, NOW_MS)).toHaveProperty('kind', kind);
  });
});

describe('readRetryAfter', () => {
  it.each([
    { value: '0', ms: 0 },
    { value: ' 30 ', ms: 30_000 },
    { value: new Date(NOW_MS + 60_000).toUTCString(), ms: 59_877 },
    { value: new Date(NOW_MS - 60_000).toUTCString(), ms: 0 },
    { value: 'Fri Nov 21 00:00:00 2025 GMT', ms: Date.UTC(2025, 10, 21) - NOW_MS },
    { value: '1.5', ms: 1_500 },
    { value: '1.', ms: undefined },
    { value: '.5', ms: undefined },
    { value: '-5', ms: undefined },
    { value: '5 s', ms: undefined },
    { value: 'soon', ms: undefined },
    { value: undefined, ms: undefined },
  ])('reads $value as $ms ms', ({ value, ms }) => {
    expect(readRetryAfter(value, NOW_MS)).toBe(ms);
  });
});

describe('backoffMs', () => {
  it('doubles up to the cap, times the jitter', () => {
    const waits = [0, 1, 2, 5, 6, 1_000].map((failures) =>
      backoffMs(OUTAGE_BACKOFF, failures, 0.5, undefined),
    );
    expect(waits).toEqual([250, 500, 1_000, 8_000, 15_000, 15_000]);
  });

  it('never spins, whatever the jitter and the server say', () => {
    expect(backoffMs(OUTAGE_BACKOFF, 9, 0, undefined)).toBe(50);
    expect(backoffMs(OUTAGE_BACKOFF, 9, 0, 0)).toBe(50);
    expect(backoffMs(MISCONFIGURED_BACKOFF, 0, 0, undefined)).toBe(5_000);
  });

  it('waits for as long as the server asked, a little spread, but not longer than 5 minutes', () => {
    expect(backoffMs(OUTAGE_BACKOFF, 0, 0.5, 7_000)).toBe(7_250);
    expect(backoffMs(OUTAGE_BACKOFF, 0, 0, 86_400_000)).toBe(300_000);
  });
});
