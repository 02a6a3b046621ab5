import cluster from 'node:cluster';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sharesStreams } from './shared-streams.ts';

function stub(name: 'isWorker' | 'workers', value: unknown): void {
  const before = cluster[name];
  Reflect.set(cluster, name, value);
  onTestFinished(() => void Reflect.set(cluster, name, before));
}

describe('sharesStreams', () => {
  it('is true of a worker of a cluster, and of a process that has workers', () => {
    expect(sharesStreams()).toBe(false);
    stub('workers', { 1: {} });
    expect(sharesStreams()).toBe(true);
    stub('workers', undefined);
    expect(sharesStreams()).toBe(false);
    stub('isWorker', true);
    expect(sharesStreams()).toBe(true);
  });
});
