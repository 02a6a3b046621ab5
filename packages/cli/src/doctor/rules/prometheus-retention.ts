import { defineRule } from '../finding.ts';
import { promDurationMs } from '../gather/prometheus.ts';
import { textAt } from '../json-at.ts';

/** One look at a day; less than a block of two hours is lost as soon as it is written. */
const LEAST_MS = 2 * 3_600_000;
const USUAL_MS = 24 * 3_600_000;
/** `512MB`, as the flag takes it. */
const SIZE = /^(\d+)(B|KB|MB|GB|TB|PB|EB)$/;

export const prometheusRetention = defineRule({
  code: 'prometheus-retention',
  when: 'Prometheus throws away within hours what dashboards and objectives look back on; a note where it is a day',
  check({ prometheus }) {
    const time = textAt(prometheus?.flags, 'storage.tsdb.retention.time') ?? '';
    const size = textAt(prometheus?.flags, 'storage.tsdb.retention.size') ?? '';
    const keptMs = promDurationMs(time) ?? 0;
    const [, number, unit] = SIZE.exec(size) ?? [];
    const isTiny =
      Number(number) > 0 && (unit === 'B' || unit === 'KB' || (unit === 'MB' && Number(number) < 64));
    if (!isTiny && (keptMs === 0 || keptMs >= USUAL_MS)) return [];
    const isShort = isTiny || keptMs < LEAST_MS;
    return [
      {
        part: 'prometheus',
        severity: isShort ? 'fault' : 'note',
        seen: `Prometheus keeps ${isTiny ? size : time} of data`,
        fix: 'raise --storage.tsdb.retention.time and .size (or storage.tsdb.retention in its file): objectives look back 30 days',
      },
    ];
  },
});
