import { gaugeBy } from '../queries/promql.ts';
import * as runtime from '../queries/runtime.ts';
import type { PanelContext } from './context.ts';
import { noData } from './no-data.ts';
import { type Panel, above, column, now, promql } from './panel.ts';

const base = { view: 'timeseries', noData: noData.runtime, expects: 'series' } as const;

/** Memory of the process. */
export function memoryPanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'How much memory does the process take?',
    description: 'Physical memory by instance, and what objects hold outside of the heap, such as buffers.',
    unit: 'bytes',
    alerts: ['MemoryGrowing'],
    queries: [
      promql(gaugeBy(scope, 'sum', 'process_resident_memory_bytes', ['instance']), '{{instance}}'),
      promql(
        gaugeBy(scope, 'sum', 'nodejs_external_memory_bytes', ['instance']),
        '{{instance}} outside of the heap',
      ),
    ],
  };
}

/** CPU of the process. */
export function cpuPanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'How much CPU does it take?',
    description:
      'Cores by instance. JavaScript takes one at most; more is garbage collection, compression, cryptography.',
    unit: 'none',
    queries: [promql(runtime.cpuRatio(scope), '{{instance}}')],
  };
}

/** File descriptors. */
export function openFilesPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...base,
    title: 'How many file descriptors are left?',
    description: 'Share that is open. At 1, no connection is accepted and no file is opened.',
    unit: 'percentunit',
    queries: [promql(runtime.openFilesRatio(scope), '{{instance}}')],
    thresholds: above(thresholds.fileDescriptorRatio, 'warning'),
    alerts: ['FileDescriptorsHigh'],
    max: 1,
  };
}

/** What keeps the process alive. */
export function resourcesPanel({ scope }: PanelContext): Panel {
  return {
    ...base,
    title: 'What keeps the event loop alive?',
    description: 'Sockets, timers, files. What only ever grows is not closed by somebody.',
    unit: 'none',
    queries: [promql(`topk(10, ${gaugeBy(scope, 'sum', 'nodejs_active_resources', ['type'])})`, '{{type}}')],
  };
}

/** Which instances there are. */
export function instanceTablePanel({ scope, thresholds }: PanelContext): Panel {
  return {
    view: 'table',
    title: 'Which instances are there, and since when?',
    description:
      'Every instance with its age and its starts in the last hour. More than one or two are crashes.',
    unit: 'short',
    queries: [
      column(
        'Starts in an hour',
        runtime.restarts(scope),
        'none',
        above(thresholds.restartsPerHour, 'warning'),
      ),
      column('Up for', runtime.uptimeSeconds(scope), 's'),
      column('CPU cores', runtime.cpuRatio(scope), 'none'),
      column('Memory', gaugeBy(scope, 'sum', 'process_resident_memory_bytes', ['job', 'instance']), 'bytes'),
      {
        ...now(gaugeBy(scope, 'max', 'nodejs_version_info', ['job', 'instance', 'version'])),
        labelsOnly: true,
      },
    ],
    noData: noData.runtime,
    expects: 'series',
    columns: { job: 'Service', instance: 'Instance', version: 'Node.js' },
    sortBy: 'Starts in an hour',
    alerts: ['Restarting', 'CrashLooping'],
    width: 24,
  };
}
