import { defineRule } from '../finding.ts';
import { appState } from './app-state.ts';

export const appDisabled = defineRule({
  code: 'app-disabled',
  when: 'OTEL_SDK_DISABLED turns everything off, or SIGHTLINE_ADMIN_DISABLED the page of metrics',
  check(facts) {
    const state = appState(facts);
    const whose = facts.app.process === undefined ? 'the environment' : `process ${facts.app.process.pid}`;
    if (state === 'disabled') {
      return [
        {
          part: 'app',
          seen: `${whose} has OTEL_SDK_DISABLED=true, so that nothing but the logger works`,
          fix: 'take OTEL_SDK_DISABLED away where the service is started, and start it again',
        },
      ];
    }
    if (state !== 'no-admin') return [];
    return [
      {
        part: 'app',
        seen: `${whose} has SIGHTLINE_ADMIN_DISABLED=true, so that there is no page for Prometheus`,
        fix: 'take it away, or mount sightline.admin.handler on the server of the service and scrape that',
      },
    ];
  },
});
