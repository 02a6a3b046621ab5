import { type MetricFamily, sources } from '../metric.ts';

/** Since the last scrape: what all the delays of the event loop have in common. */
const eventLoopDelay = {
  type: 'gauge',
  unit: 's',
  labels: [],
  seriesBound: 1,
  stability: 'development',
  source: sources.nodejs,
} as const;

/** What one heap space has. */
const heapSpace = {
  type: 'gauge',
  unit: 'By',
  labels: ['v8js_heap_space_name'],
  seriesBound: 20,
  stability: 'development',
  source: sources.v8js,
} as const;

/** Node.js and V8: event loop, garbage collection, heap, what keeps the process alive. */
export const runtimeMetrics = {
  nodejs_eventloop_delay_min_seconds: {
    ...eventLoopDelay,
    help: 'Shortest delay of the event loop since the last collection.',
    aggregate: 'min',
    otelName: 'nodejs.eventloop.delay.min',
  },
  nodejs_eventloop_delay_max_seconds: {
    ...eventLoopDelay,
    help: 'Longest delay of the event loop since the last collection.',
    aggregate: 'max',
    otelName: 'nodejs.eventloop.delay.max',
  },
  nodejs_eventloop_delay_mean_seconds: {
    ...eventLoopDelay,
    help: 'Mean delay of the event loop since the last collection.',
    aggregate: 'mean',
    otelName: 'nodejs.eventloop.delay.mean',
  },
  nodejs_eventloop_delay_stddev_seconds: {
    ...eventLoopDelay,
    help: 'Standard deviation of the delays of the event loop since the last collection.',
    aggregate: 'max',
    otelName: 'nodejs.eventloop.delay.stddev',
  },
  nodejs_eventloop_delay_p50_seconds: {
    ...eventLoopDelay,
    help: 'Median delay of the event loop since the last collection.',
    aggregate: 'mean',
    otelName: 'nodejs.eventloop.delay.p50',
  },
  nodejs_eventloop_delay_p90_seconds: {
    ...eventLoopDelay,
    help: 'Delay of the event loop that one turn in ten exceeded since the last collection.',
    aggregate: 'max',
    otelName: 'nodejs.eventloop.delay.p90',
  },
  nodejs_eventloop_delay_p99_seconds: {
    ...eventLoopDelay,
    help: 'Delay of the event loop that one turn in a hundred exceeded since the last collection.',
    aggregate: 'max',
    otelName: 'nodejs.eventloop.delay.p99',
  },
  nodejs_eventloop_utilization_ratio: {
    type: 'gauge',
    unit: '1',
    help: 'Share of the time since the last collection in which the event loop worked, 0 to 1.',
    labels: [],
    seriesBound: 1,
    aggregate: 'max',
    otelName: 'nodejs.eventloop.utilization',
    stability: 'development',
    source: sources.nodejs,
  },
  nodejs_eventloop_time_seconds_total: {
    type: 'counter',
    unit: 's',
    help: 'Time that the event loop has worked and waited.',
    labels: ['nodejs_eventloop_state'],
    seriesBound: 2,
    otelName: 'nodejs.eventloop.time',
    stability: 'development',
    source: sources.nodejs,
  },
  nodejs_active_resources: {
    type: 'gauge',
    unit: '{resource}',
    help: 'Resources that keep the event loop alive now: sockets, timers, files.',
    labels: ['type'],
    seriesBound: 40,
    stability: 'stable',
    source: sources.client,
  },
  nodejs_version_info: {
    type: 'info',
    unit: '{info}',
    help: 'The version of Node.js that the process runs on.',
    labels: ['version', 'major', 'minor', 'patch'],
    seriesBound: 1,
    stability: 'stable',
    source: sources.client,
  },
  v8js_gc_duration_seconds: {
    type: 'histogram',
    unit: 's',
    help: 'Duration of garbage collections.',
    labels: ['v8js_gc_type'],
    seriesBound: 4,
    // Finer than the advice of [0.01, 0.1, 1, 10]: most collections end within 10 ms, and those add up as well.
    boundaries: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
    otelName: 'v8js.gc.duration',
    stability: 'development',
    source: sources.v8js,
  },
  v8js_memory_heap_used_bytes: {
    ...heapSpace,
    help: 'Memory in use in each heap space.',
    otelName: 'v8js.memory.heap.used',
  },
  v8js_memory_heap_space_size_bytes: {
    ...heapSpace,
    help: 'Memory that is set aside for each heap space.',
    otelName: 'v8js.memory.heap.space.size',
  },
  v8js_memory_heap_space_available_size_bytes: {
    ...heapSpace,
    help: 'Memory that each heap space has left.',
    otelName: 'v8js.memory.heap.space.available_size',
  },
  v8js_memory_heap_space_physical_size_bytes: {
    ...heapSpace,
    help: 'Physical memory that is committed to each heap space.',
    otelName: 'v8js.memory.heap.space.physical_size',
  },
  nodejs_heap_size_limit_bytes: {
    type: 'gauge',
    unit: 'By',
    help: 'Size of the heap at which V8 gives up, which is what --max-old-space-size sets.',
    labels: [],
    seriesBound: 1,
    stability: 'own',
    source: sources.naming,
  },
  nodejs_external_memory_bytes: {
    type: 'gauge',
    unit: 'By',
    help: 'Memory outside the heap that objects in it hold on to, such as buffers.',
    labels: [],
    seriesBound: 1,
    stability: 'stable',
    source: sources.client,
  },
} as const satisfies MetricFamily;
