import { describe, expect, it, vi } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import { cacheLoader, watchableLoader } from './cache-loader.ts';

describe('watchableLoader', () => {
  it('counts loads of what is being loaded already, which is a stampede', async () => {
    let nowMs = 0;
    const recorder = createRecorder({ nowMs: () => nowMs });
    const gate = Promise.withResolvers<number>();
    const load = watchableLoader(async (key: string) => `${key} ${await gate.promise}`);
    const handle = createResilience({ watchers: [cacheLoader] as never }, recorder.parts).watch(load, {
      name: 'c',
    });
    const loading = [load('a'), load('a'), load('b'), load('a')];
    expect(recorder.value('cache_active_loads', { cache: 'c' })).toBe(4);
    nowMs = 2000;
    gate.resolve(1);
    expect(await Promise.all(loading)).toEqual(['a 1', 'a 1', 'b 1', 'a 1']);
    await load('a');
    expect(recorder.value('cache_overlapping_loads_total', { cache: 'c' })).toBe(2);
    expect(recorder.observations('cache_load_duration_seconds', { cache: 'c', outcome: 'success' })).toEqual([
      2, 2, 2, 2, 0,
    ]);
    handle.dispose();
    expect(await load('a')).toBe('a 1');
    expect(recorder.page()).toEqual({});
  });

  it('passes a failure on, thrown at once or later', async () => {
    const recorder = createRecorder();
    const load = watchableLoader((key: string) => {
      if (key === 'now') throw new Error('now');
      return Promise.reject(new Error('later'));
    });
    createResilience({ watchers: [cacheLoader] as never }, recorder.parts).watch(load, { name: 'c' });
    await expect(load('now')).rejects.toThrow('now');
    await expect(load('x')).rejects.toThrow('later');
    expect(recorder.value('cache_load_duration_seconds', { cache: 'c', outcome: 'failure' })).toBe(2);
    expect(recorder.value('cache_active_loads', { cache: 'c' })).toBe(0);
  });

  it('is watched by another copy of this package than the one that made it, as a bundle has it', async () => {
    const recorder = createRecorder();
    const load = watchableLoader((key: string) => Promise.resolve(key));
    vi.resetModules();
    const other = await import('./cache-loader.ts');
    expect(other.cacheLoader).not.toBe(cacheLoader);
    createResilience({ watchers: [other.cacheLoader] as never }, recorder.parts).watch(load, { name: 'c' });
    await load('x');
    expect(recorder.value('cache_load_duration_seconds', { cache: 'c', outcome: 'success' })).toBe(1);
  });
});
