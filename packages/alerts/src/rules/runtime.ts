import { aggregate, durationText, histogram, percentText, series, serviceLabels } from '../promql.ts';
import type { Rule, RuleContext, RuleGroup } from '../rule.ts';
import { counted } from '../words.ts';
import { RATE_SECONDS } from './service-rates.ts';

const by = [...serviceLabels, 'instance'];
const HEAP = 'instance:v8js_heap_used:ratio';
/** What is recorded of `heaps`. */
export const HEAPS = 'instance:v8js_heaps:count';
/**
 * What V8 adds to `--max-old-space-size` for three semi-spaces, which is in the limit that it tells, and in which nothing
 * grows old: it gives up when the old spaces are full. Measured with 22.23, 24.21 and 26.9 on 64 bits.
 */
const YOUNG_BYTES = 192 * 2 ** 20;
const youngBytes = { 22: 48 * 2 ** 20 } as const;
/** The spaces that the rest of the limit is for. */
const oldSpaces = { v8js_heap_space_name: '!~new_.*|read_only_space|shared_.*' } as const;
const TREND_SECONDS = 3600;
const RESTARTS_SECONDS = 3600;
const CRASH_LOOP_SECONDS = 600;

/**
 * Heaps behind one page: of each process of a cluster and of each thread, whose memory and time are added up there. Each has an
 * event loop, which has worked or waited for a second in each second. One until that is known.
 */
function heaps({ duration }: RuleContext): string {
  const time = `rate(${series('nodejs_eventloop_time_seconds_total')}[${duration(RATE_SECONDS)}])`;
  const one = aggregate('group', by, series('nodejs_version_info'));
  return `clamp_min(round(${aggregate('sum', by, time)}), 1) or ${one}`;
}

/** Node.js, V8 and the process: what an instance runs on. */
export function runtimeRules(context: RuleContext): RuleGroup {
  const used = aggregate('sum', by, series('v8js_memory_heap_used_bytes', oldSpaces));
  const limit = aggregate('sum', by, series('nodejs_heap_size_limit_bytes'));
  const young = Object.entries(youngBytes).map(
    ([major, bytes]) =>
      `${aggregate('sum', by, series('nodejs_version_info', { major: `=${major}` }))} * ${bytes}`,
  );
  const others = `${aggregate('sum', by, series('nodejs_version_info'))} * ${YOUNG_BYTES}`;
  return context.group('runtime', [
    { record: HEAPS, expr: heaps(context) },
    { record: HEAP, expr: `${used} / (${limit} - (${[...young, others].join(' or ')}) * ${HEAPS})` },
    ...eventLoopAlerts(context),
    ...memoryAlerts(context),
    ...processAlerts(context),
  ]);
}

function eventLoopAlerts({ options, alert }: RuleContext): readonly Rule[] {
  const { eventLoopDelaySeconds, eventLoopBlockedSeconds, eventLoopUtilizationRatio } = options.thresholds;
  const perInstance = { resultLabels: by, dashboard: 'runtime', severity: 'warning' } as const;
  return [
    alert({
      ...perInstance,
      name: 'EventLoopDelayHigh',
      expr: `${series('nodejs_eventloop_delay_p99_seconds')} > ${eventLoopDelaySeconds}`,
      forSeconds: 300,
      summary:
        'The event loop of {{ $labels.job }} lags by {{ $value | humanizeDuration }} on {{ $labels.instance }}',
      description:
        `The 99th percentile of its delay has been over ${eventLoopDelaySeconds} s for 5 minutes. The delay stands on top` +
        ' of every request to this instance.',
    }),
    alert({
      ...perInstance,
      name: 'EventLoopBlocked',
      expr: `${series('nodejs_eventloop_delay_max_seconds')} > ${eventLoopBlockedSeconds}`,
      forSeconds: 60,
      summary:
        'The event loop of {{ $labels.job }} stood still for {{ $value | humanizeDuration }} on {{ $labels.instance }}',
      description:
        `One turn after the other takes over ${eventLoopBlockedSeconds} s. Meanwhile the instance answers nobody, not even` +
        ' its probes, and may be restarted for it.',
    }),
    alert({
      ...perInstance,
      name: 'EventLoopSaturated',
      expr: `${series('nodejs_eventloop_utilization_ratio')} > ${eventLoopUtilizationRatio}`,
      forSeconds: 600,
      summary:
        'The event loop of {{ $labels.job }} is busy {{ $value | humanizePercentage }} of the time on {{ $labels.instance }}',
      description:
        `It has been busy for more than ${percentText(eventLoopUtilizationRatio)} of the time for ten minutes. There is no` +
        ' room for more requests: the next ones queue, and users wait.',
    }),
  ];
}

function memoryAlerts({ options, duration, alert }: RuleContext): readonly Rule[] {
  const { gcTimeRatio, heapUsedRatio, heapTrendSeconds, heapTrendFromRatio } = options.thresholds;
  const { memoryGrowthBytes, memoryTrendRatio } = options.thresholds;
  const gc = `rate(${histogram('v8js_gc_duration_seconds', 'sum')}[${duration(RATE_SECONDS)}])`;
  // The least of five minutes is what a collection left: the rest is garbage, and says nothing of a trend.
  const floor = `min_over_time(${HEAP}[${duration(RATE_SECONDS)}])`;
  const trend = `predict_linear(${HEAP}[${duration(TREND_SECONDS)}], ${heapTrendSeconds * options.timeScaleRatio})`;
  const resident = series('process_resident_memory_bytes');
  const least = `min_over_time(${resident}[${duration(RATE_SECONDS)}])`;
  const before = `min_over_time(${resident}[${duration(RATE_SECONDS)}] offset ${duration(TREND_SECONDS)})`;
  const residentTrend = `predict_linear(${resident}[${duration(TREND_SECONDS)}], ${heapTrendSeconds * options.timeScaleRatio})`;
  const perInstance = { resultLabels: by, dashboard: 'runtime' } as const;
  return [
    alert({
      ...perInstance,
      name: 'GcTimeHigh',
      severity: 'warning',
      expr: `${aggregate('sum', by, gc)} / ${HEAPS} > ${gcTimeRatio}`,
      forSeconds: 600,
      summary:
        '{{ $labels.instance }} of {{ $labels.job }} spends {{ $value | humanizePercentage }} of its time collecting garbage',
      description:
        `More than ${percentText(gcTimeRatio)} for ten minutes: the heap is nearly full, or too much is made and thrown` +
        ' away. Every collection stops all requests of this instance.',
    }),
    alert({
      ...perInstance,
      name: 'HeapNearLimit',
      severity: 'critical',
      expr: `${floor} > ${heapUsedRatio}`,
      forSeconds: 300,
      summary:
        'The heap of {{ $labels.job }} is {{ $value | humanizePercentage }} full on {{ $labels.instance }}',
      description:
        `Even after its collections the heap has been over ${percentText(heapUsedRatio)} of its limit for 5 minutes. Soon V8` +
        ' ends the process, and every request in it fails.',
    }),
    alert({
      ...perInstance,
      name: 'HeapGrowing',
      severity: 'warning',
      expr: `${trend} > 1 and ${floor} > ${heapTrendFromRatio}`,
      forSeconds: 900,
      summary: 'The heap of {{ $labels.job }} grows towards its limit on {{ $labels.instance }}',
      description:
        `As it grew in the last hour, it will be {{ $value | humanizePercentage }} of its limit in` +
        ` ${durationText(heapTrendSeconds)}. Users notice nothing yet; at the limit, the process ends.`,
    }),
    // The limit of the memory is the container's, which no process exports: so its own size is the measure.
    alert({
      ...perInstance,
      name: 'MemoryGrowing',
      severity: 'warning',
      expr: `${least} - ${before} > ${memoryGrowthBytes} and ${residentTrend} > ${memoryTrendRatio} * ${least}`,
      forSeconds: 900,
      summary:
        '{{ $labels.job }} took {{ $value | humanize1024 }}B more memory within an hour on {{ $labels.instance }}',
      description:
        `As it grew, the process will take more than ${memoryTrendRatio} times as much in ${durationText(heapTrendSeconds)}.` +
        ' Users notice nothing yet; at the limit of its container the kernel ends it, without a word in its logs.',
    }),
  ];
}

function processAlerts({ options, duration, alert }: RuleContext): readonly Rule[] {
  const { fileDescriptorRatio, restartsPerHour, crashLoopRestarts } = options.thresholds;
  const started = series('process_start_time_seconds');
  const perInstance = { resultLabels: by, dashboard: 'runtime' } as const;
  return [
    alert({
      ...perInstance,
      name: 'FileDescriptorsHigh',
      severity: 'warning',
      expr: `${series('process_open_fds')} / ${series('process_max_fds')} > ${fileDescriptorRatio}`,
      forSeconds: 300,
      summary:
        '{{ $labels.instance }} of {{ $labels.job }} has {{ $value | humanizePercentage }} of its file descriptors open',
      description:
        `More than ${percentText(fileDescriptorRatio)} for 5 minutes. At the limit the instance accepts no connection and` +
        ' opens no file: users are refused.',
    }),
    alert({
      ...perInstance,
      name: 'Restarting',
      severity: 'warning',
      expr: `changes(${started}[${duration(RESTARTS_SECONDS)}]) >= ${restartsPerHour}`,
      forSeconds: 0,
      summary: `{{ $labels.instance }} of {{ $labels.job }} restarted ${counted('time')} in an hour`,
      description:
        `A deploy is one restart; ${restartsPerHour} are a fault. Each loses the requests that were under way, unless it` +
        ' drained them.',
    }),
    alert({
      ...perInstance,
      name: 'CrashLooping',
      severity: 'critical',
      expr: `changes(${started}[${duration(CRASH_LOOP_SECONDS)}]) >= ${crashLoopRestarts}`,
      forSeconds: 0,
      summary: `{{ $labels.instance }} of {{ $labels.job }} crashes again and again: ${counted('restart')} in 10 minutes`,
      description:
        `${crashLoopRestarts} restarts in 10 minutes are a loop. The instance serves next to nobody, and each crash takes` +
        ' its requests along.',
    }),
  ];
}
