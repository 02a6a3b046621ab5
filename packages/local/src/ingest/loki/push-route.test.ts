import { describe, expect, it } from 'vitest';
import type { Answer, Call } from '../../server/route.ts';
import { WireError } from '../../wire/wire-error.ts';
import { lokiPushRoute } from './push-route.ts';

const answer = (push: (type: string) => Promise<void>, headers = {}): Promise<Answer> =>
  Promise.resolve(
    lokiPushRoute(push).handle({ request: { headers }, body: Buffer.alloc(0) } as unknown as Call),
  );

describe('lokiPushRoute', () => {
  it('blames the sender for what cannot be read, and nobody else for a fault of ours', async () => {
    const types: string[] = [];
    expect(await answer(async (type) => void types.push(type))).toEqual({ status: 204 });
    expect(types).toEqual(['']);
    await expect(answer(() => Promise.reject(new WireError('no JSON')))).rejects.toMatchObject({
      status: 400,
      message: 'no JSON',
    });
    await expect(answer(() => Promise.reject(new RangeError('ours')))).rejects.toThrow(RangeError);
  });
});
