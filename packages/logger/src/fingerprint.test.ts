import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { captureLines } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import { fingerprint } from './fingerprint.ts';

function ofError(error: Error & { code?: string }): string {
  return fingerprint({
    type: error.constructor.name,
    message: error.message,
    stack: error.stack ?? '',
    code: error.code,
  });
}

/** Of frames as V8 writes them. */
function ofFrames(
  frames: readonly string[],
  { type = 'Error', message = 'broke', code = undefined as string | undefined } = {},
): string {
  const stack = [`${type}: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return fingerprint({ type, message, stack, code });
}

const frames = ['pay (/srv/app/dist/orders/pay.js:12:3)', 'handle (/srv/app/dist/server.js:7:1)'];

describe('fingerprint', () => {
  it('is the same for the same error from another line of the same function, and another for another function', () => {
    function place(line: number): Error {
      if (line === 1) return new Error('order 7');
      return new Error('order 8');
    }
    function elsewhere(): Error {
      return new Error('order 7');
    }
    const make = [() => place(1), () => place(1), () => place(2)].map((each) => ofError(each()));
    expect(new Set(make).size).toBe(1);
    expect(make[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(ofError(elsewhere())).not.toBe(make[0]);
  });

  it.each<[string, readonly string[]]>([
    [
      'other lines and columns',
      ['pay (/srv/app/dist/orders/pay.js:99:1)', 'handle (/srv/app/dist/server.js:1:99)'],
    ],
    [
      'another folder',
      ['pay (/home/ci/v2/app/dist/orders/pay.js:12:3)', 'handle (/home/ci/v2/app/dist/server.js:7:1)'],
    ],
    [
      'file URLs',
      ['pay (file:///srv/app/dist/orders/pay.js:12:3)', 'handle (file:///srv/app/dist/server.js:7:1)'],
    ],
    ['Windows', ['pay (C:\\app\\dist\\orders\\pay.js:12:3)', 'handle (file:///C:/app/dist/server.js:7:1)']],
    [
      'a query',
      ['pay (file:///srv/app/dist/orders/pay.js?t=17:12:3)', 'handle (file:///srv/app/dist/server.js?x:7:1)'],
    ],
    ['lines that end with CR LF', frames.map((frame) => `${frame}\r`)],
    [
      'async frames',
      ['async pay (/srv/app/dist/orders/pay.js:12:3)', 'async handle (/srv/app/dist/server.js:7:1)'],
    ],
    [
      'frames of packages and of Node between',
      [
        'next (/srv/app/node_modules/express/lib/router.js:1:2)',
        frames[0] ?? '',
        'x (C:\\app\\node_modules\\y\\z.js:1:2)',
        'process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
        frames[1] ?? '',
        'async node:internal/main/run:1:2',
      ],
    ],
  ])('is the same with %s', (_title, other) => {
    expect(ofFrames(other)).toBe(ofFrames(frames));
  });

  it.each<[string, string]>([
    ['another message', ofFrames(frames, { message: 'another' })],
    ['a message that looks like a frame', ofFrames(frames, { message: 'x\n    at fake (/a/b.js:1:1)' })],
    ['a message of several lines', ofFrames(frames, { message: 'a\nb\nc' })],
  ])('is the same with %s', (_title, other) => {
    expect(other).toBe(ofFrames(frames));
  });

  it.each<[string, string]>([
    ['another class', ofFrames(frames, { type: 'TypeError' })],
    ['a code', ofFrames(frames, { code: 'ECONNREFUSED' })],
    ['another file', ofFrames(['pay (/srv/app/dist/orders/refund.js:12:3)', frames[1] ?? ''])],
    ['another caller', ofFrames([frames[0] ?? '', 'other (/srv/app/dist/server.js:7:1)'])],
  ])('is another with %s', (_title, other) => {
    expect(other).not.toBe(ofFrames(frames));
  });

  it('looks at the innermost five frames of its own', () => {
    const five = Array.from({ length: 5 }, (_, index) => `f${index} (/srv/app/dist/a.js:1:1)`);
    expect(ofFrames([...five, 'one (/srv/a.js:1:1)'])).toBe(ofFrames([...five, 'other (/srv/b.js:1:1)']));
  });

  it('goes by frames of packages, from the package on, when there are no others', () => {
    const npm = ofFrames(['query (/srv/app/node_modules/pg/lib/client.js:1:2)']);
    const pnpm = ofFrames(['query (/x/node_modules/.pnpm/pg@8.1.0/node_modules/pg/lib/client.js:3:4)']);
    expect(pnpm).toBe(npm);
    expect(ofFrames(['query (/srv/app/node_modules/mysql/lib/client.js:1:2)'])).not.toBe(npm);
    expect(ofFrames(['connect (node:net:1:2)'])).toBe(ofFrames(['connect (node:net:3:4)']));
  });

  it('does not tell the places in Promise.all and in evaluated code apart', () => {
    const at = (index: number): string => ofFrames([`async Promise.all (index ${index})`, ...frames]);
    expect(at(0)).toBe(at(7));
    const evaluated = (line: number): string =>
      ofFrames([`eval (eval at run (/srv/app/dist/a.js:${line}:1), <anonymous>:${line}:1)`]);
    expect(evaluated(1)).toBe(evaluated(2));
  });

  it('goes by the message without numbers, ids and quoted parts when there is no stack', () => {
    const of = (message: string, stack = ''): string => fingerprint({ type: 'Error', message, stack });
    expect(of("user 17 'ada' of 6f1c3f6e-8a51-4f1e-9c3e-0123456789ab")).toBe(
      of("user 23 'bob' of 0a1c3f6e-8a51-4f1e-9c3e-0123456789ff"),
    );
    expect(of('one')).not.toBe(of('two'));
    expect(of('one', 'Error: one')).toBe(of('one'));
    expect(of('x'.repeat(1_000_000))).toBe(of('x'.repeat(2_000_000)));
  });

  it.each(['a(', ' ('])('takes a frame of a million characters %j in linear time', (part) => {
    const before = process.cpuUsage();
    ofFrames([part.repeat(500_000)], { message: '1a'.repeat(500_000) });
    // In the square of the length it is minutes; what the processor did says so on a busy machine as well.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });

  it('is on errors of other realms, on classes, and on errors without a stack or with fields in its way', () => {
    const { stream, lines } = captureLines();
    const log = createLogger({}, stream);
    const foreign = runInNewContext('new TypeError("foreign")') as Error;
    class PaymentDeclined extends Error {}
    const bare = new Error('bare');
    delete bare.stack;
    const odd = Object.assign(new Error('odd'), { type: { toString: 1 }, code: { a: 1 }, stack: 7 });
    for (const error of [
      foreign,
      new PaymentDeclined('x'),
      bare,
      odd,
      Object.create(Error.prototype) as Error,
    ])
      log.error(error);
    log.error({ err: foreign }, 'under err');
    expect(lines()).toMatchObject([
      {
        msg: 'foreign',
        err: { type: 'TypeError', message: 'foreign', stack: expect.any(String) },
      },
      { err: { type: 'PaymentDeclined' } },
      { err: { type: 'Error', message: 'bare' } },
      { err: { message: 'odd', code: { a: 1 } } },
      { err: { type: 'Error' } },
      { msg: 'under err', err: { type: 'TypeError' } },
    ]);
    for (const { err } of lines())
      expect(err).toHaveProperty('fingerprint', expect.stringMatching(/^[0-9a-f]{16}$/));
  });
});
