import { describe, expect, it } from 'vitest';
import { judge } from './verdict.ts';

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

  it.each([302, 401, 404, 408, 429, 500, 503])('names the status for a reason: %i', (status) => {
    const answer = { status, retryAfter: undefined, contentType: undefined, body: '' };
    expect(judge(answer, NOW_MS)).toHaveProperty('reason', String(status));
  });

  it.each([
    { retryAfter: '7', ms: 7000 },
    { retryAfter: 'Thu, 20 Nov 2025 21:00:59 GMT', ms: 6877 },
    { retryAfter: 'May 1', ms: undefined },
    { retryAfter: undefined, ms: undefined },
  ])('waits $ms ms for a Retry-After of $retryAfter, whatever the reason to wait', ({ retryAfter, ms }) => {
    for (const status of [200, 401, 429, 503]) {
      const answer = { status, retryAfter, contentType: 'text/html', body: '' };
      expect(judge(answer, NOW_MS)).toMatchObject({ retryAfterMs: ms });
    }
  });
});
