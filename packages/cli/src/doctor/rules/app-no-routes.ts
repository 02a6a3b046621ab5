import { defineRule } from '../finding.ts';
import { countedRequests } from '../gather/app.ts';
import { listAt, valueAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

/** What the start report names when it has found a framework. */
const FRAMEWORK = /^(?:@nestjs\/|@koa\/router|express|fastify|hono|koa|router)\b/;

export const appNoRoutes = defineRule({
  code: 'app-no-routes',
  when: 'A note: the package depends on a framework that was not seen when it was loaded, as in a bundle, so that requests have no route',
  unless: ['app-loaded-late', 'app-library-unknown'],
  check({ app }) {
    const framework = app.project?.framework;
    const report = valueAt(jsonIn(app.statusAfter), 'telemetry', 'report');
    const instrumented = listAt(report, 'instrumented');
    // Before the first request, it may not have been loaded yet.
    if (framework === undefined || report === undefined || countedRequests(app.pageAfter) === 0) return [];
    if (instrumented.some((each) => FRAMEWORK.test(String(each)))) return [];
    return [
      {
        part: 'app',
        severity: 'note',
        seen: `the package here depends on ${framework}, and the service was not seen to load it: its requests have no route`,
        fix: 'leave dependencies out of the bundle (esbuild --packages=external); where the service is another package, this means nothing',
      },
    ];
  },
});
