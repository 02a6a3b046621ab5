import { describe, expect, it, vi } from 'vitest';
import { createRedactor } from './redactor.ts';

const redactor = createRedactor();
const M = '[REDACTED]';

describe('Redactor.value', () => {
  it('censors by key at any depth, and keeps what says nothing: null, empty, yes or no, and counts', () => {
    expect(
      redactor.value({
        a: [{ b: { Password: 'x', PIN: 1234, apiKey: { nested: 'x' }, cookies: ['x'] } }],
        password: null,
        token: '',
        secret: undefined,
        cookieConsent: true,
        hasToken: false,
        tokens: 512,
      }),
    ).toEqual({
      a: [{ b: { Password: M, PIN: M, apiKey: M, cookies: M } }],
      password: null,
      token: '',
      secret: undefined,
      cookieConsent: true,
      hasToken: false,
      tokens: 512,
    });
  });

  it('censors by value in strings, keys, numbers and symbols', () => {
    expect(
      redactor.value({
        note: 'password=x',
        card: 4111111111111111,
        ['ghp_0123456789abcdefghij']: 1,
        s: Symbol('pwd=x'),
      }),
    ).toEqual({ note: `password=${M}`, card: M, [M]: 1, s: `Symbol(pwd=${M})` });
  });

  it('reads pairs: entries, { name, value }, flags with their argument, raw headers', () => {
    expect(
      redactor.value({
        entries: [
          ['password', 'x'],
          ['user', 'bob'],
        ],
        env: [
          { name: 'DB_PASSWORD', value: 'x' },
          { name: 'HOME', value: '/root' },
        ],
        argv: ['mysql', '--password', 'x', '--host', 'db'],
        rawHeaders: ['Cookie', 'a=b', 'Host', 'h'],
        missing: ['password', 'user'],
      }),
    ).toEqual({
      entries: [
        ['password', M],
        ['user', 'bob'],
      ],
      env: [
        { name: 'DB_PASSWORD', value: M },
        { name: 'HOME', value: '/root' },
      ],
      argv: ['mysql', '--password', M, '--host', 'db'],
      rawHeaders: ['Cookie', M, 'Host', 'h'],
      missing: ['password', 'user'],
    });
  });

  it('makes maps, sets, bytes, dates, URLs, expressions, boxes and bigints into plain data', () => {
    class Account {
      readonly owner = 'bob';
      readonly password = 'x';
      get secret(): string {
        return 'from the prototype';
      }
    }
    expect(
      redactor.value({
        map: new Map<string, unknown>([
          ['token', 'x'],
          ['n', 1],
        ]),
        mixed: new Map<unknown, unknown>([
          [1, 'a'],
          ['password', 'x'],
        ]),
        set: new Set(['a', 'pwd=x']),
        bytes: [Buffer.from('password'), new Uint8Array(3), new ArrayBuffer(2), new Float64Array(2)],
        date: new Date(0),
        noDate: new Date(Number.NaN),
        url: new URL('https://u:p@h/?token=x'),
        params: new URLSearchParams('token=x&q=1'),
        headers: new Headers({ cookie: 'a=b', accept: 'x' }),
        expression: /pwd=x/g,
        boxed: [new String('pwd=x'), new Number(1), new Boolean(true)],
        big: 12n,
        account: new Account(),
        bare: Object.assign(Object.create(null), { password: 'x', a: 1 }),
        promise: Promise.resolve('x'),
        weak: new WeakMap(),
        fn: () => 'x',
      }),
    ).toEqual({
      map: { token: M, n: 1 },
      mixed: [
        [1, 'a'],
        ['password', M],
      ],
      set: ['a', `pwd=${M}`],
      bytes: [
        '[Buffer: 8 bytes]',
        '[Uint8Array: 3 bytes]',
        '[ArrayBuffer: 2 bytes]',
        '[Float64Array: 16 bytes]',
      ],
      date: '1970-01-01T00:00:00.000Z',
      noDate: null,
      url: 'https://u:REDACTED@h/?token=REDACTED',
      params: 'token=REDACTED&q=1',
      headers: { accept: 'x', cookie: M },
      expression: `/pwd=${M}`,
      boxed: [`pwd=${M}`, 1, true],
      big: '12',
      account: { owner: 'bob', password: M },
      bare: { password: M, a: 1 },
      promise: '[Promise]',
      weak: '[Weak]',
    });
  });

  it('shows errors with type, message, stack, own properties, causes and the errors of an aggregate', () => {
    class PaymentError extends Error {
      readonly status = 402;
      readonly config = { headers: { Authorization: 'Bearer abcdefghij' } };
    }
    const error = new PaymentError('card 4111111111111111', {
      cause: new AggregateError([new TypeError('pwd=x'), 'token=y'], 'two'),
    });
    const copy = redactor.value(error) as Record<string, unknown>;
    expect(copy).toMatchObject({
      type: 'PaymentError',
      message: `card ${M}`,
      status: 402,
      config: { headers: { Authorization: M } },
      cause: {
        type: 'AggregateError',
        message: 'two',
        errors: [{ type: 'TypeError', message: `pwd=${M}` }, `token=${M}`],
      },
    });
    expect(copy['stack']).toContain(`card ${M}\n    at `);
    expect(JSON.stringify(copy)).not.toMatch(/4111|abcdefghij/);
  });

  it('shows name and message of a DOMException, which are getters of the engine', () => {
    class OwnException extends DOMException {}
    expect(redactor.value(new DOMException('no token=abcdefgh in time', 'TimeoutError'))).toMatchObject({
      type: 'TimeoutError',
      message: `no token=${M} in time`,
    });
    expect(redactor.value(new OwnException('gone'))).toMatchObject({ type: 'Error', message: 'gone' });
    const impostor = Object.create(DOMException.prototype) as object;
    expect(redactor.value(impostor)).toBe('[Unreadable]');
  });

  it('shows of an error only what it has', () => {
    expect(Object.keys(createRedactor().value(new Error('x')) as object)).toEqual([
      'type',
      'message',
      'stack',
    ]);
  });

  it('runs no getter, touches no proxy, and catches a toJSON that throws', () => {
    const getter = vi.fn<() => string>(() => 'x');
    const trap = vi.fn<() => never>(() => {
      throw new Error('trap');
    });
    const handler = new Proxy({}, { get: () => trap });
    const hostile = {
      get password() {
        return getter();
      },
      list: Object.defineProperty(['a'], 0, { get: getter, enumerable: true }),
      proxy: new Proxy({ a: 1 }, handler),
      heir: Object.create(new Proxy({}, handler)) as object,
      error: Object.defineProperty(new Error('e'), 'message', { get: getter }),
      json: {
        a: 1,
        toJSON: () => {
          throw new Error('no');
        },
      },
      answer: { toJSON: () => ({ password: 'x', a: 1 }) },
    };
    expect(redactor.value(hostile)).toMatchObject({
      password: '[Getter]',
      list: ['[Getter]'],
      proxy: '[Proxy]',
      heir: '[Proxy]',
      json: { a: 1 },
      answer: { password: M, a: 1 },
    });
    expect(getter).not.toHaveBeenCalled();
    expect(trap).not.toHaveBeenCalled();
  });

  it.each<readonly [string, unknown, unknown]>([
    ['the bytes of a view', new DataView(new ArrayBuffer(3)), '[DataView: 3 bytes]'],
    ['shared bytes', new SharedArrayBuffer(4), '[SharedArrayBuffer: 4 bytes]'],
    ['boxes of what is no text', [Object(1n), Object(Symbol('pwd=x'))], ['1', `Symbol(pwd=${M})`]],
    ['a function under a secret name', { password: () => 'x', a: 1 }, { a: 1 }],
    ['a setter', Object.defineProperty({}, 'b', { set: () => {}, enumerable: true }), { b: '[Getter]' }],
  ])('shows %s', (_what, value, expected) => {
    expect(redactor.value(value)).toEqual(expected);
    expect(redactor.json(value)).toBe(JSON.stringify(expected));
  });

  it('takes a toJSON that answers its own object for none', () => {
    const itself = {
      token: 'x',
      a: 1,
      toJSON(): unknown {
        return itself;
      },
    };
    expect(redactor.value(itself)).toEqual({ token: M, a: 1 });
  });

  it('goes on when a toJSON takes the next property away', () => {
    const holder: Record<string, unknown> = {
      first: {
        toJSON: () => {
          delete holder['second'];
          return 1;
        },
      },
      second: 2,
      third: 3,
    };
    expect(redactor.value(holder)).toEqual({ first: 1, third: 3 });
  });

  it('leaves the stack of an error out when reading it would run code, and reads that of an impostor', () => {
    const refuse = (): never => {
      throw new Error('read');
    };
    const impostor = Object.create(Error.prototype, {
      stack: { value: 'at pwd=x' },
      message: { value: 'm' },
      constructor: { value: 'no class' },
      name: { value: 'Impostor' },
    }) as Error;
    expect(
      redactor.value([
        Object.defineProperty(new Error('a'), 'stack', { get: refuse }),
        Object.defineProperty(new Error('b'), 'name', { get: refuse }),
        impostor,
        Object.create(Error.prototype) as Error,
      ]),
    ).toEqual([
      { type: 'Error', message: 'a', stack: '' },
      { type: 'Error', message: 'b', stack: '' },
      { type: 'Impostor', message: 'm', stack: `at pwd=${M}` },
      { type: 'Error', message: '', stack: '' },
    ]);
  });

  it('leaves the stack of an error out when a formatter of the app throws', () => {
    const { prepareStackTrace } = Error;
    const error = new Error('x');
    Error.prepareStackTrace = () => {
      throw new TypeError('formatter');
    };
    try {
      expect(redactor.value(error)).toEqual({ type: 'Error', message: 'x', stack: '' });
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
  });

  it('marks cycles, and shows what merely occurs twice', () => {
    const shared = { a: 1 };
    const cyclic: Record<string, unknown> = { first: shared, second: shared };
    cyclic['self'] = cyclic;
    cyclic['map'] = new Map([['back', cyclic]]);
    expect(redactor.value(cyclic)).toEqual({
      first: { a: 1 },
      second: { a: 1 },
      self: '[Circular]',
      map: { back: '[Circular]' },
    });
  });

  it('stops at 32 levels, 10,000 entries and the string limit, and says so', () => {
    let deep: unknown = 'password=x';
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const depth = JSON.stringify(redactor.value(deep)).split('[').length - 1;
    expect(depth).toBe(33);

    const wide = Object.fromEntries(Array.from({ length: 10_003 }, (_, index) => [`k${index}`, index]));
    expect(redactor.value(wide)).toMatchObject({ k9999: 9999, '[truncated]': '3 more' });
    expect((redactor.value(Array.from({ length: 10_003 }, () => 0)) as unknown[]).at(-1)).toBe(
      '[truncated: 3 more]',
    );

    const branching = (level: number): unknown =>
      level === 0 ? 1 : [branching(level - 1), branching(level - 1)];
    const twice: unknown[] = [branching(10)];
    for (let level = 0; level < 20; level++) twice.push([twice.at(-1), twice.at(-1)]);
    expect(JSON.stringify(redactor.value(twice)).length).toBeLessThan(400_000);
  });

  it('never changes its input', () => {
    const input = Object.freeze({ password: 'x', list: Object.freeze([Object.freeze({ token: 'y' })]) });
    const before = JSON.stringify(input);
    redactor.value(input);
    expect(JSON.stringify(input)).toBe(before);
  });

  it('keeps __proto__ a plain name', () => {
    const copy = redactor.value(JSON.parse('{"__proto__":{"password":"x","polluted":1}}')) as object;
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(JSON.stringify(copy)).toBe(`{"__proto__":{"password":"${M}","polluted":1}}`);
  });
});
