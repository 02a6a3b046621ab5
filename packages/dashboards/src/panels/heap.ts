import { aggregate, gaugeBy, histogramRate, observationRate, quantile } from '../queries/promql.ts';
import * as runtime from '../queries/runtime.ts';
import type { PanelContext } from './context.ts';
import { noData } from './no-data.ts';
import { type Panel, above, promql } from './panel.ts';

const base = { view: 'timeseries', noData: noData.runtime, expects: 'series' } as const;

/** Share of the heap. */
export function heapUsedPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...base,
    title: 'How full is the heap?',
    description:
      'Share of the limit of V8 that is taken after collections: the least of five minutes. What rises for hours is a leak.',
    unit: 'percentunit',
    queries: [promql(runtime.heapUsedRatio(scope), '{{instance}}')],
    noData: `${noData.runtime} ${noData.rules}`,
    thresholds: above(thresholds.heapUsedRatio),
    alerts: ['HeapNearLimit', 'HeapGrowing'],
    max: 1,
  };
}

/** What the heap is made of. */
export function heapSpacesPanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'What is the heap made of?',
    description: 'Memory in use in each space of V8. What grows in old_space stays; in new_space it passes.',
    unit: 'bytes',
    queries: [
      promql(
        gaugeBy(scope, 'sum', 'v8js_memory_heap_used_bytes', ['v8js_heap_space_name']),
        '{{v8js_heap_space_name}}',
      ),
    ],
    stacked: true,
  };
}

/** What the heap has set aside. */
export function heapSizesPanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'How much memory has V8 set aside?',
    description: 'Of all spaces: set aside, committed, and still free in what is set aside.',
    unit: 'bytes',
    queries: [
      promql(gaugeBy(scope, 'sum', 'v8js_memory_heap_space_size_bytes'), 'set aside'),
      promql(gaugeBy(scope, 'sum', 'v8js_memory_heap_space_physical_size_bytes'), 'committed'),
      promql(gaugeBy(scope, 'sum', 'v8js_memory_heap_space_available_size_bytes'), 'free'),
    ],
  };
}

/** Time in garbage collection. */
export function gcTimePanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...base,
    title: 'What share of the time goes into garbage collection?',
    description:
      'Every collection stops all requests of the instance. A tenth is what a heap near its limit begins with.',
    unit: 'percentunit',
    queries: [promql(runtime.gcTimeRatio(scope), '{{instance}}')],
    thresholds: above(thresholds.gcTimeRatio, 'warning'),
    alerts: ['GcTimeHigh'],
  };
}

/** Collections, by kind. */
export function gcPausesPanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'How long are the pauses of garbage collection?',
    description: '99 in 100 collections of each kind end within that time.',
    unit: 's',
    queries: [
      promql(quantile(scope, 0.99, 'v8js_gc_duration_seconds', ['v8js_gc_type']), '{{v8js_gc_type}}'),
    ],
  };
}

/** How often it collects. */
export function gcRatePanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'How often is garbage collected?',
    description: 'Collections a second by kind. Many minor ones: much is made and thrown away at once.',
    unit: 'ops',
    queries: [
      promql(observationRate(scope, 'v8js_gc_duration_seconds', ['v8js_gc_type']), '{{v8js_gc_type}}'),
    ],
    stacked: true,
  };
}

/** Time in each collection, summed. */
export function gcHeatmapPanel({ scope }: PanelContext): Panel {
  return {
    view: 'heatmap',
    title: 'How are the pauses of garbage collection spread?',
    description: 'Collections a second by how long they took.',
    unit: 's',
    queries: [
      promql(aggregate('sum', ['le'], histogramRate(scope, 'v8js_gc_duration_seconds', 'bucket')), '{{le}}'),
    ],
    noData: noData.runtime,
    expects: 'series',
  };
}
