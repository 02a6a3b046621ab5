import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

/** Longer than any child needs [ms]. */
const MAX_LIFE_MS = 60_000;

interface Message {
  readonly port?: number;
  readonly asked?: string;
  readonly draining?: boolean;
  readonly hook?: string;
  readonly ready?: boolean;
  readonly report?: {
    readonly hurried: boolean;
    readonly destroyed: { readonly requests: number; readonly streams: number };
  };
}

/** A child that has a request which it does not answer by itself. */
async function start(scenario: string) {
  const child: ChildProcess = fork(fileURLToPath(new URL('child.mjs', import.meta.url)), [scenario], {
    execArgv: [],
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const messages: Message[] = [];
  child.on('message', (one) => messages.push(one as Message));
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code as unknown,
    signal: signal as unknown,
  }));
  async function message<Key extends keyof Message>(key: Key): Promise<NonNullable<Message[Key]>> {
    for (;;) {
      const found = messages.find((each) => each[key] !== undefined)?.[key];
      if (found !== undefined) return found;
      // oxlint-disable-next-line no-await-in-loop -- until it comes
      await once(child, 'message');
    }
  }
  const port = await message('port');
  const answer = fetch(`http://127.0.0.1:${port}/held`).then(
    async (response) => `${response.status} ${response.headers.get('connection')} ${await response.text()}`,
    () => 'cut',
  );
  await message('asked');
  return { child, answer, message, ended };
}

describe('a process that drains at SIGTERM', () => {
  it.each([
    { scenario: 'held', answered: '200 close late', requests: 0, hurried: false },
    { scenario: 'hanging', answered: 'cut', requests: 1, hurried: false },
    { scenario: 'second', answered: 'cut', requests: 1, hurried: true },
  ])('ends when nothing keeps it: $scenario', async ({ scenario, answered, requests, hurried }) => {
    const { child, answer, message, ended } = await start(scenario);
    child.kill('SIGTERM');
    await message('draining');
    if (scenario === 'held') child.send('go on');
    if (scenario === 'second') child.kill('SIGTERM');
    expect(await answer).toBe(answered);
    expect(await message('report')).toMatchObject({ hurried, destroyed: { requests, streams: 0 } });
    expect(await message('hook')).toBe('pool');
    expect(await ended).toEqual({ code: 0, signal: null });
  });
});
