import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../fake-io.fixture.ts';
import type { Io } from '../io.ts';
import { answer, failed } from './healthy-facts.fixture.ts';
import { answerText, createProbe, notAsked } from './probe.ts';

const url = 'http://server.test/x';
const probe = (fetch: Io['fetch'], timeoutMs = 1000, signal = new AbortController().signal) =>
  createProbe({ fetch, now: () => NOW_MS, signal }, timeoutMs)({ url });

describe('createProbe', () => {
  it.each([
    ['an hour ahead', { date: new Date(NOW_MS + 3_600_000).toUTCString() }, 3_600_500],
    ['without a clock', {}, undefined],
    ['with a clock that nobody reads', { date: 'soon' }, undefined],
  ])('takes an answer of a server that is %s', async (_name, headers, skewMs) => {
    const got = await probe(() => Promise.resolve(new Response('{"a":1}', { status: 500, headers })));
    expect(got).toMatchObject({ kind: 'answer', status: 500, text: '{"a":1}', json: { a: 1 } });
    expect(got).toHaveProperty('skewMs', skewMs);
  });

  it.each<readonly [string, unknown, string, string]>([
    ['a code', { cause: { code: 'ECONNREFUSED' } }, 'refused', 'ECONNREFUSED'],
    ['several addresses', { cause: { errors: [{ code: 'ENETUNREACH' }, {}] } }, 'no-route', 'ENETUNREACH'],
    ['a name', { cause: { code: 'EAI_AGAIN' } }, 'unknown-name', 'EAI_AGAIN'],
    ['a certificate', { cause: { code: 'CERT_HAS_EXPIRED' } }, 'tls', 'CERT_HAS_EXPIRED'],
    ['another protocol', { cause: { code: 'HPE_INVALID_CONSTANT' } }, 'no-http', 'HPE_INVALID_CONSTANT'],
    ['an unknown code', { cause: { code: 'EWHAT' } }, 'failed', 'EWHAT'],
    ['a port that fetch does not take', { cause: { message: 'bad port' } }, 'not-allowed', 'bad port'],
    ['a cause of its own', { cause: { message: 'odd' } }, 'failed', 'odd'],
    ['no cause', { message: 'fetch failed' }, 'failed', 'fetch failed'],
    ['nothing at all', {}, 'failed', 'the request failed'],
  ])('says what failed by %s', async (_name, error, failure, detail) => {
    expect(await probe(() => Promise.reject(error as Error))).toEqual({ kind: 'failed', failure, detail });
  });

  it('gives a server up that does not answer in time, and passes on that the user has had enough', async () => {
    const hanging: Io['fetch'] = (_url, { signal }) =>
      new Promise((_done, fail) => signal?.addEventListener('abort', () => fail(new Error('aborted'))));
    expect(await probe(hanging, 5)).toEqual({ kind: 'failed', failure: 'no-answer', detail: 'none in 5 ms' });
    const abort = new AbortController();
    const asked = probe(hanging, 60_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});

describe('answerText', () => {
  it.each([
    [notAsked, 'it was not asked'],
    [failed('refused', 'ECONNREFUSED'), 'ECONNREFUSED'],
    [answer(' <html>', 407), '407: a page of HTML'],
    [answer('', 204), '204'],
    [answer(' slow \n down ', 429), '429: slow down'],
    [answer('x'.repeat(500), 500), `500: ${'x'.repeat(240)}`],
  ])('says in one line: %j', (given, text) => {
    expect(answerText(given)).toBe(text);
  });
});
