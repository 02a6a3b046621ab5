import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from './fake-server.fixture.ts';
import { hasToken, isToken, problemFrom, request, requestJson, tokenWanted, useToken } from './request.ts';

beforeEach(() => void fakeWindow());
afterEach(() => vi.unstubAllGlobals());

const problem = async (asked: Promise<unknown>): Promise<{ message: string; status?: number }> => {
  try {
    await asked;
  } catch (error) {
    return error as Error & { status?: number };
  }
  throw new Error('it was answered');
};

describe('isToken', () => {
  it.each([
    ['a-1_b.c~+/=', true],
    ['', false],
    ['two words', false],
    ['abc…', false],
    ['a\nb', false],
  ])('of %j is %j', (text, expected) => {
    expect(isToken(text)).toBe(expected);
  });
});

describe('request', () => {
  it('puts a list into the address one by one, and leaves out what is undefined', async () => {
    const server = fakeServer(() => ({}));
    await request('/api', { match: ['a', 'b c'], limit: 3, start: undefined });
    expect(server.last.params.toString()).toBe('match=a&match=b+c&limit=3');
    expect(server.last.headers.get('authorization')).toBeNull();
  });

  it('sends the token that was given, and the body as JSON', async () => {
    const server = fakeServer(() => ({}));
    useToken('secret');
    expect(hasToken()).toBe(true);
    await request('/api', {}, { method: 'POST', body: { a: 1 } });
    expect(server.last).toMatchObject({ method: 'POST', body: { a: 1 } });
    expect(server.last.headers.get('authorization')).toBe('Bearer secret');
    expect(server.last.headers.get('content-type')).toBe('application/json');
  });

  it.each([
    ['the error of Prometheus', '{"error":"bad query"}', 'bad query'],
    ['the message of the stack', '{"message":"no such trace"}', 'no such trace'],
    ['the text in JSON of Alertmanager', '"silence not found"', 'silence not found'],
    ['the text of Loki', 'parse error at line 1', 'parse error at line 1'],
    ['JSON of another shape, as it is', '{"code":5}', '{"code":5}'],
    ['JSON that is no object', 'null', 'null'],
    ['the status alone', ' ', 'the server answered 422'],
  ])('throws %s', async (_, body, message) => {
    fakeServer(() => new Response(body, { status: 422 }));
    expect(await problem(request('/api'))).toMatchObject({ name: 'ApiError', message, status: 422 });
  });

  it('asks for a token when the server wants one', async () => {
    fakeServer(() => new Response('', { status: 401 }));
    await problem(request('/api'));
    expect(tokenWanted.value).toBe(true);
    useToken('t');
    expect(tokenWanted.value).toBe(false);
  });

  it('does not ask for it again because of what was asked before it was given', async () => {
    let answer: (response: Response) => void = () => undefined;
    fakeServer(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const asked = problem(request('/api'));
    useToken('given since');
    answer(new Response('', { status: 401 }));
    expect(await asked).toMatchObject({ status: 401 });
    expect(tokenWanted.value).toBe(false);
  });

  it('says that a server does not answer, but not of what was given up', async () => {
    fakeServer(() => {
      throw new TypeError('fetch failed');
    });
    expect((await problem(request('/api'))).message).toMatch(/^\/api did not answer/);
    const given = await problem(request('/api', {}, { signal: AbortSignal.abort() }));
    expect(given).toMatchObject({ name: 'AbortError' });
  });
});

describe('requestJson', () => {
  it.each([
    [{ data: { groups: [] } }, { lists: 'data.groups' }],
    [[], { lists: '' }],
    [{ data: {} }, { has: 'data' }],
  ])('gives %j, which has what %j says', async (answer, options) => {
    fakeServer(() => answer);
    expect(await requestJson('/api', {}, options)).toEqual(answer);
  });

  it.each([
    [{ data: { groups: {} } }, { lists: 'data.groups' }],
    [{ data: null }, { lists: 'data.groups' }],
    [{ data: [] }, { has: 'data' }],
    ['text', {}],
    [null, {}],
  ])('refuses %j, which has not what %j says', async (answer, options) => {
    fakeServer(() => answer);
    expect((await problem(requestJson('/api', {}, options))).message).toBe(
      '/api answered JSON that is not what was expected',
    );
  });

  it('says of what is no JSON that it is none, but not of what was given up meanwhile', async () => {
    fakeServer(() => new Response('<html>'));
    expect((await problem(requestJson('/api'))).message).toBe('/api answered something that is no JSON');
    const controller = new AbortController();
    fakeServer(() => {
      controller.abort();
      return new Response('<html>');
    });
    const given = await problem(requestJson('/api', {}, { signal: controller.signal }));
    expect(given).toBeInstanceOf(SyntaxError);
  });
});

describe('problemFrom', () => {
  it('says of a stumble over a missing part that the answer is not what was expected', () => {
    const error = new Error('x');
    expect(problemFrom(error)).toBe(error);
    expect(problemFrom('text').message).toBe('text');
    expect(problemFrom(new TypeError("reading 'a'")).message).toBe(
      "The answer is not what was expected: reading 'a'",
    );
  });
});
