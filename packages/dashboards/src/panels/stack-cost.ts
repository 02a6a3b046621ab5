import * as stack from '../queries/foreign.ts';
import { aggregate } from '../queries/promql.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, promql } from './panel.ts';

const { stackScope, foreign, foreignRate } = stack;
const server = { view: 'timeseries', noData: noData.stack, expects: maybeEmpty.elsewhere } as const;

/** Series. */
export function headSeriesPanel(): Panel {
  return {
    ...server,
    title: 'How many series does Prometheus hold?',
    description:
      'Series in memory: what its memory goes into. A rise without more instances is a label that grew.',
    unit: 'short',
    queries: [promql(foreign(stackScope, 'prometheus_tsdb_head_series'), '{{instance}}')],
  };
}

/** Samples a second. */
export function samplesPanel(): Panel {
  return {
    ...server,
    title: 'How many samples does Prometheus take?',
    description: 'Samples a second.',
    unit: 'cps',
    queries: [
      promql(
        foreignRate(stackScope, 'prometheus_tsdb_head_samples_appended_total', ['instance']),
        '{{instance}}',
      ),
    ],
  };
}

/** Bytes on disk. */
export function storagePanel(): Panel {
  return {
    ...server,
    title: 'How much disk do the metrics take?',
    description: 'Bytes of blocks and of the write-ahead log.',
    unit: 'bytes',
    queries: [
      promql(foreign(stackScope, 'prometheus_tsdb_storage_blocks_bytes'), '{{instance}} blocks'),
      promql(foreign(stackScope, 'prometheus_tsdb_wal_storage_size_bytes'), '{{instance}} write-ahead log'),
    ],
    stacked: true,
  };
}

/** Culprits. */
export function culpritsPanel(): Panel {
  const samples = foreign({ ...stackScope, matchers: {} }, 'scrape_samples_post_metric_relabeling', {
    job: '=~.+',
    instance: '=~.+',
  });
  return {
    ...server,
    view: 'bar-gauge',
    title: 'Who brings the most series?',
    description:
      'Samples of one scrape of all instances of a job: the ten largest of everything that is scraped.',
    unit: 'short',
    queries: [{ ...promql(`topk(10, ${aggregate('sum', ['job'], samples)})`, '{{job}}'), instant: true }],
    expects: 'series',
  };
}

/** Scrapes that are slow. */
export function scrapeTimePanel(): Panel {
  const seconds = foreign({ ...stackScope, matchers: {} }, 'scrape_duration_seconds', {
    job: '=~.+',
    instance: '=~.+',
  });
  return {
    ...server,
    title: 'Which scrapes are slow?',
    description: 'The ten slowest targets. Near the timeout, the next one fails and a gap begins.',
    unit: 's',
    queries: [promql(`topk(10, ${aggregate('max', ['job', 'instance'], seconds)})`, '{{job}} {{instance}}')],
    expects: 'series',
  };
}

/** What Loki and Tempo take. */
export function ingestPanel(): Panel {
  return {
    ...server,
    title: 'How many bytes do Loki and Tempo take?',
    description: 'Bytes a second that were received: what storage and traffic are paid for.',
    unit: 'Bps',
    queries: [
      promql(foreignRate(stackScope, 'loki_distributor_bytes_received_total', ['job']), 'logs'),
      promql(foreignRate(stackScope, 'tempo_distributor_bytes_received_total', ['job']), 'traces'),
    ],
    stacked: true,
  };
}

/** Lines and spans. */
export function ingestItemsPanel(): Panel {
  return {
    ...server,
    title: 'How many lines and spans arrive?',
    description: 'Log lines and spans a second.',
    unit: 'cps',
    queries: [
      promql(foreignRate(stackScope, 'loki_distributor_lines_received_total', ['job']), 'lines'),
      promql(foreignRate(stackScope, 'tempo_distributor_spans_received_total', ['job']), 'spans'),
    ],
  };
}

/** What was refused. */
export function discardedPanel(): Panel {
  return {
    ...server,
    title: 'What do Loki and Tempo refuse?',
    description: 'Lines and spans a second, by why: too old, too many streams, over the limit.',
    unit: 'cps',
    queries: [
      promql(foreignRate(stackScope, 'loki_discarded_samples_total', ['reason']), 'lines {{reason}}'),
      promql(foreignRate(stackScope, 'tempo_discarded_spans_total', ['reason']), 'spans {{reason}}'),
    ],
  };
}

/** Streams. */
export function streamsPanel(): Panel {
  return {
    ...server,
    title: 'How many streams does Loki hold open?',
    description: 'Combinations of labels. A label with many values makes many, each of them small and dear.',
    unit: 'short',
    queries: [promql(foreign(stackScope, 'loki_ingester_memory_streams'), '{{instance}}')],
  };
}
