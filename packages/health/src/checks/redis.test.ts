import { describe, expect, it } from 'vitest';
import { type IoRedisClient, type NodeRedisClient, redisCheck } from './redis.ts';

const never = new AbortController().signal;
const answers = (answer: unknown) => async (): Promise<unknown> => answer;
const refuses = (message: string) => async (): Promise<never> => {
  throw new Error(message);
};

/** What the check says of a client, asked for the role of a primary where the client can be. */
async function said(client: IoRedisClient | NodeRedisClient): Promise<string> {
  const options = 'role' in client ? ({ role: 'primary' } as const) : undefined;
  const { status, reason, details } = await redisCheck(client, options).check(never);
  return [status, details === undefined ? '' : JSON.stringify(details), reason].filter(Boolean).join(' ');
}

describe('redisCheck', () => {
  it.each<readonly [string, IoRedisClient | NodeRedisClient, RegExp]>([
    ['one of ioredis that is ready', { status: 'ready', ping: answers('PONG') }, /^up$/],
    ['one that subscribes', { status: 'ready', ping: answers(['pong', '']) }, /^up$/],
    ['another server', { status: 'ready', ping: answers('OK') }, /^down the answer to PING is not PONG/],
    ['one that was closed', { status: 'end', ping: answers('PONG') }, /^down the client was closed/],
    ['one of redis', { isOpen: true, isReady: true, ping: answers('PONG') }, /^up$/],
    ['a pool of redis', { isOpen: true, ping: answers('PONG') }, /^up$/],
    ['one before connect()', { isOpen: false, ping: answers('PONG') }, /^down the client is not connected/],
    [
      'one that reconnects',
      { isOpen: true, isReady: false, ping: answers('PONG') },
      /^down the connection is lost/,
    ],
    [
      'no password',
      { isOpen: true, ping: refuses('NOAUTH needed') },
      /^down Redis asks for a password .*\(NOAUTH\)$/,
    ],
    ['an unknown error', { isOpen: true, ping: refuses('ODD news') }, /^down .*ODD news/],
    [
      'a primary, told as a list',
      { status: 'ready', ping: answers('PONG'), role: answers(['master', 1]) },
      /^up {"role":"master"}$/,
    ],
    [
      'a replica, told as an object',
      { isOpen: true, ping: answers('PONG'), role: answers({ role: 'slave' }) },
      /^down {"role":"slave"} it is a replica/,
    ],
    [
      'a sentinel',
      { status: 'ready', ping: answers('PONG'), role: answers(['sentinel']) },
      /^down {"role":"sentinel"} it is a sentinel/,
    ],
    [
      'a role that is told in no known way',
      { status: 'ready', ping: answers('PONG'), role: answers('master') },
      /^down {"role":"unknown"} the answer to ROLE names none/,
    ],
  ])('says of %s what it is', async (_what, client, expected) => {
    expect(await said(client)).toMatch(expected);
  });

  it('says of one that does not answer in time that it hangs, or why it cannot any more', async () => {
    const hanging = { status: 'ready', ping: () => new Promise<never>(() => {}) };
    const hangs = await redisCheck(hanging, { timeoutMs: 1 }).check(never);
    expect(hangs.reason).toMatch(/^no answer to PING after \d+ ms: Redis is busy or hangs/);
    const closing = { status: 'ready', ping: refuses('Connection is closed.') };
    const check = redisCheck(closing);
    const checked = check.check(never);
    closing.status = 'end';
    expect((await checked).reason).toMatch(/^the client was closed/);
    const late = { ...hanging };
    const waits = redisCheck(late, { timeoutMs: 1 }).check(never);
    late.status = 'close';
    expect((await waits).reason).toMatch(/^the connection is lost/);
  });

  it.each([
    ['no client', {}, undefined],
    ['an object of no class', Object.create(null) as object, undefined],
    ['a client of neither kind', { ping: answers('PONG') }, undefined],
    [
      'one that cannot be asked for its role',
      { status: 'ready', ping: answers('PONG') },
      { role: 'primary' },
    ],
  ] as const)('refuses %s', (_what, client, options) => {
    expect(() => redisCheck(client as IoRedisClient, options)).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_CHECK_CLIENT' }),
    );
  });
});
