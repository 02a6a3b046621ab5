import { catalogueDefinition } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { createSeriesHolder } from './held-series.ts';
import { createRecorder } from './recorder.fixture.ts';

function holding() {
  const recorder = createRecorder();
  const refused: string[] = [];
  const holder = createSeriesHolder(recorder.parts.metrics, (metric, error) => {
    refused.push(`${metric}: ${error instanceof Error ? error.message : ''}`);
  });
  return { recorder, holder, refused };
}

describe('createSeriesHolder', () => {
  it('hands out one series for the same labels, and takes it off the page at the end', () => {
    const { recorder, holder } = holding();
    const held = holder.hold('c');
    held.counter('cache_sets_total', []).add(1);
    held.counter('cache_sets_total', []).add(2);
    expect(recorder.value('cache_sets_total', { cache: 'c' })).toBe(3);
    held.release();
    expect(recorder.page()).toEqual({});
  });

  it('keeps what two hold until the last of them lets go', () => {
    const { recorder, holder } = holding();
    const [one, other] = [holder.hold('c'), holder.hold('c')];
    one.counter('cache_sets_total', []).add(1);
    other.counter('cache_sets_total', []).add(1);
    one.release();
    expect(recorder.value('cache_sets_total', { cache: 'c' })).toBe(2);
    one.release();
    expect(recorder.value('cache_sets_total', { cache: 'c' })).toBe(2);
    other.release();
    expect(recorder.page()).toEqual({});
  });

  it('tells of a metric of another type, and what is recorded there goes nowhere', () => {
    const { recorder, holder, refused } = holding();
    const series = holder.hold('c').gauge({ ...catalogueDefinition('cache_sets_total') }, []);
    series.set(7);
    expect(refused).toEqual(['cache_sets_total: it is a counter, not a gauge']);
    expect(recorder.page()).toEqual({});
  });

  it('holds a thousand series of a thing and no more, and none once it is released', () => {
    const { recorder, holder } = holding();
    const held = holder.hold('c');
    for (let at = 0; at < 1200; at++) held.counter('http_requests_limited_total', [`/${at}`]).add(1);
    expect(Object.keys(recorder.page())).toHaveLength(1000);
    held.release();
    held.counter('http_requests_limited_total', ['/late']).add(1);
    expect(recorder.page()).toEqual({});
  });
});
