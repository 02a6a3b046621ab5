import { describe, expect, it } from 'vitest';
import { judgeAnswer, judgeError } from './verdict.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

function judged(status: number, retryAfter?: string, contentType?: string) {
  return judgeAnswer({ status, retryAfter, contentType, body: Buffer.alloc(0) }, NOW_MS);
}

describe('judgeAnswer', () => {
  it.each([200, 202, 299])('takes %i for stored', (status) => {
    expect(judged(status)).toEqual({ kind: 'stored', rejected: 0, message: '' });
  });

  it.each([
    { status: 429, failure: 'rate_limited' },
    { status: 502, failure: 'unreachable' },
    { status: 503, failure: 'unreachable' },
    { status: 504, failure: 'unreachable' },
  ])('tries again after $status: $failure', ({ status, failure }) => {
    expect(judged(status)).toEqual({
      kind: 'retry',
      failure,
      reason: `status ${status}`,
      retryAfterMs: undefined,
      absent: false,
    });
  });

  it.each([
    { status: 199, failure: 'other' },
    { status: 300, failure: 'other' },
    { status: 399, failure: 'other' },
    { status: 400, failure: 'rejected' },
    { status: 401, failure: 'unauthorized' },
    { status: 403, failure: 'unauthorized' },
    { status: 404, failure: 'rejected' },
    { status: 499, failure: 'rejected' },
    { status: 500, failure: 'other' },
    { status: 501, failure: 'other' },
  ])('gives up after $status: $failure', ({ status, failure }) => {
    expect(judged(status)).toMatchObject({ kind: 'refused', failure });
  });

  it.each([400, 401, 429, 503])('says what the collector says with %i', (status) => {
    const body = Buffer.from('{"code":3,"message":"max series limit exceeded"}');
    const answer = { status, retryAfter: undefined, contentType: 'application/json', body };
    expect(judgeAnswer(answer, NOW_MS)).toMatchObject({
      reason: `status ${status}: max series limit exceeded`,
    });
  });

  it('takes 413 for what goes in halves', () => {
    expect(judged(413)).toEqual({ kind: 'too-large', failure: 'rejected', reason: 'status 413' });
  });

  it.each([300, 399])('says of %i that redirects are not followed', (status) => {
    expect(judged(status)).toMatchObject({ reason: `status ${status}: redirects are not followed` });
  });

  it.each([
    { retryAfter: '7', ms: 7000 },
    { retryAfter: ' 1.5 ', ms: 1500 },
    { retryAfter: new Date(NOW_MS + 9000).toUTCString(), ms: 9000 },
    { retryAfter: new Date(NOW_MS - 9000).toUTCString(), ms: 0 },
    { retryAfter: 'soon', ms: undefined },
    { retryAfter: 'x7', ms: undefined },
    { retryAfter: '1 May', ms: undefined },
  ])('waits $ms ms for a Retry-After of $retryAfter', ({ retryAfter, ms }) => {
    expect(judged(503, retryAfter)).toMatchObject({ retryAfterMs: ms });
  });

  it('takes a web page for no collector', () => {
    expect(judged(200, undefined, 'text/html')).toEqual({
      kind: 'refused',
      failure: 'other',
      reason: 'status 200 with a web page: no collector is there',
    });
  });
});

describe('judgeError', () => {
  it.each([
    { code: 'ECONNREFUSED', absent: true },
    { code: 'ENOTFOUND', absent: true },
    { code: 'ECONNRESET', absent: false },
  ])('says of $code that nobody is there: $absent', ({ code, absent }) => {
    const error = Object.assign(new Error('connect failed'), { code });
    expect(judgeError(error, false)).toEqual({
      kind: 'retry',
      failure: 'unreachable',
      reason: `${code} connect failed`,
      retryAfterMs: undefined,
      absent,
    });
  });

  it('says a code once', () => {
    const error = Object.assign(new Error('connect ECONNRESET'), { code: 'ECONNRESET' });
    expect(judgeError(error, false)).toMatchObject({ reason: 'connect ECONNRESET' });
  });

  it.each([
    { error: new Error('gone'), reason: 'gone' },
    { error: Object.assign(new Error(''), { code: 'EPIPE' }), reason: 'EPIPE ' },
    { error: new Error(''), reason: 'no answer' },
    { error: 'torn', reason: 'torn' },
  ])('says why: $reason', ({ error, reason }) => {
    expect(judgeError(error, false)).toMatchObject({ failure: 'unreachable', reason, absent: false });
  });

  it('blames the time when it is over, whatever the error', () => {
    const error = Object.assign(new Error('aborted'), { code: 'ECONNREFUSED' });
    expect(judgeError(error, true)).toMatchObject({ failure: 'timeout', absent: false });
  });
});
