import { describe, expect, it } from 'vitest';
import { createAdmission } from './admission.ts';
import type { Answer, Call, Route } from './route.ts';

function call(bytes: number, remoteAddress = '10.0.0.1'): Call {
  return { request: { socket: { remoteAddress } }, body: Buffer.alloc(bytes) } as unknown as Call;
}

function open(options: { maxInFlight?: number; bytesPerSecond?: number } = {}) {
  let atMs = 0;
  const admission = createAdmission({
    maxInFlight: 2,
    bytesPerSecond: 1000,
    nowMs: () => atMs,
    ...options,
  });
  const [route] = admission.limited([{ methods: ['POST'], path: '/', handle: () => ({ status: 204 }) }]);
  return {
    admission,
    take: (given: Call) => (route as Route).handle(given) as Answer,
    wait(ms: number) {
      atMs += ms;
    },
  };
}

const refusedFor = (seconds: string) =>
  expect.objectContaining({ status: 429, headers: { 'retry-after': seconds } }) as Error;

describe('createAdmission', () => {
  it('answers 429 while a client has too many requests, and lets it in again after one of them', () => {
    const { admission } = open();
    const leave = admission.enter('a');
    admission.enter('a');
    expect(() => admission.enter('a')).toThrow(refusedFor('1'));
    admission.enter('b');
    leave();
    admission.enter('a');
    expect(admission.counts()).toEqual({ inFlight: 1, bytes: 0 });
  });

  it('takes the bytes of two seconds at once, then says when to come again', () => {
    const { take, wait, admission } = open();
    expect(take(call(1500))).toEqual({ status: 204 });
    expect(take(call(4500))).toEqual({ status: 204 });
    expect(() => take(call(1))).toThrow(refusedFor('4'));
    expect(take(call(1, '10.0.0.2'))).toEqual({ status: 204 });
    wait(3900);
    expect(() => take(call(1))).toThrow(refusedFor('1'));
    wait(200);
    expect(take(call(1))).toEqual({ status: 204 });
    expect(admission.counts().bytes).toBe(2);
  });

  it('has large bodies worked on one after the other, also behind one that fails, and small ones meanwhile', async () => {
    const admission = createAdmission({ maxInFlight: 9, bytesPerSecond: 1e9, nowMs: () => 0 });
    const begun: string[] = [];
    const ends = new Map<string, PromiseWithResolvers<Answer>>();
    const [route] = admission.limited([
      {
        methods: ['POST'],
        path: '/',
        handle({ path }) {
          begun.push(path);
          const ending = Promise.withResolvers<Answer>();
          ends.set(path, ending);
          return ending.promise;
        },
      },
    ]);
    const take = (path: string, bytes: number) => (route as Route).handle({ ...call(bytes), path });
    const [first, second] = [take('first', 4_194_304), take('second', 4_194_304)];
    void take('small', 4_194_303);
    await new Promise(setImmediate);
    expect(begun).toEqual(['small', 'first']);
    ends.get('first')!.reject(new Error('it failed'));
    await expect(first).rejects.toThrow('it failed');
    await new Promise(setImmediate);
    expect(begun).toEqual(['small', 'first', 'second']);
    ends.get('second')!.resolve({ status: 204 });
    expect(await second).toEqual({ status: 204 });
  });

  it('forgets clients that owe nothing, and none that does', () => {
    const { take, wait } = open();
    take(call(100_000, 'debtor'));
    for (let at = 0; at < 1500; at++) take(call(1, `client ${at}`));
    wait(5000);
    for (let at = 0; at < 1500; at++) take(call(1, `other ${at}`));
    expect(() => take(call(1, 'debtor'))).toThrow(refusedFor('93'));
  });
});
