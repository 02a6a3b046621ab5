import { describe, expect, it } from 'vitest';
import type { Answer, Call } from '../../server/route.ts';
import { WireError } from '../../wire/wire-error.ts';
import { type Pushed, lokiPushRoute } from './push-route.ts';

const answer = (push: (type: string) => Promise<Pushed>, headers = {}): Promise<Answer> =>
  Promise.resolve(
    lokiPushRoute(push).handle({ request: { headers }, body: Buffer.alloc(0) } as unknown as Call),
  );

describe('lokiPushRoute', () => {
  it('blames the sender for what cannot be read, and nobody else for a fault of ours', async () => {
    const types: string[] = [];
    const all = async (type: string): Promise<Pushed> => {
      types.push(type);
      return { taken: 1, problem: undefined };
    };
    expect(await answer(all)).toEqual({ status: 204 });
    expect(types).toEqual(['']);
    await expect(answer(() => Promise.reject(new WireError('no JSON')))).rejects.toMatchObject({
      status: 400,
      message: 'no JSON',
    });
    await expect(answer(() => Promise.reject(new RangeError('ours')))).rejects.toThrow(RangeError);
  });

  it.each([
    [1, true],
    [0, false],
  ])('answers 400 with the reason where %i lines were taken and others were not', async (taken, isTaken) => {
    expect(await answer(async () => ({ taken, problem: 'too old' }))).toEqual({
      status: 400,
      text: 'too old\n',
      isTaken,
    });
  });
});
