import { defineRule } from '../finding.ts';
import { textAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

/** Levels above that of the lines of requests that go well. */
const high: ReadonlySet<string> = new Set(['warn', 'error', 'fatal', 'silent']);

export const appLogLevel = defineRule({
  code: 'app-log-level',
  when: 'The log level is above info, so that requests that go well leave no line; a note where it is warn',
  check({ app }) {
    const level = textAt(jsonIn(app.statusAfter), 'logs', 'levels', '');
    if (level === undefined || !high.has(level)) return [];
    return [
      {
        part: 'app',
        // Many run with it on purpose.
        severity: level === 'warn' ? 'note' : 'fault',
        seen: `the log level is ${level}, and lines of requests are of level info unless they fail (error), are slow or aborted (warn)`,
        fix: `set LOG_LEVEL=info; for a while: curl -X PUT '${app.url}/loglevel?level=info'`,
      },
    ];
  },
});
