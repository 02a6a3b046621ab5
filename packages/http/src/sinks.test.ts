import { describe, expect, it, vi } from 'vitest';
import { createSinks, type Prepared } from './sinks.ts';

const prepared = (): Prepared<string, number> => ({ kind: 'kind', observers: [], sinksVersion: -1 });

describe('createSinks', () => {
  it('gives a record to each sink that has prepared for it, and counts those that could not', () => {
    const failed = vi.fn<(what: string, error: unknown) => void>();
    const sinks = createSinks<string, number>(failed);
    const thrown = new Error('no room');
    const seen: number[] = [];
    sinks.add({ prepare: () => undefined as never });
    sinks.add({
      prepare() {
        throw thrown;
      },
    });
    sinks.add({ prepare: () => (record) => seen.push(record) });
    const kind = prepared();
    sinks.tell(kind, 1);
    sinks.tell(kind, 2);
    expect(seen).toEqual([1, 2]);
    // Once for a kind, not once for a record.
    expect(failed.mock.calls).toEqual([
      ['a sink that prepared no function', undefined],
      ['prepare of a sink', thrown],
    ]);
  });

  it('takes a sink that was added twice out once for each', () => {
    const sinks = createSinks<string, number>(() => {});
    const seen: number[] = [];
    const sink = { prepare: () => (record: number) => void seen.push(record) };
    const removes = [sinks.add(sink), sinks.add(sink)];
    const kind = prepared();
    for (const remove of removes) {
      sinks.tell(kind, 1);
      remove();
      remove();
    }
    sinks.tell(kind, 1);
    expect(seen).toEqual([1, 1, 1]);
  });
});
