import { defineRule } from '../finding.ts';
import { appState } from './app-state.ts';

const IMPORT = 'node --import @sightline/bootstrap/register';

export const appNotInstrumented = defineRule({
  code: 'app-not-instrumented',
  when: 'The service runs without Sightline, or its start script does not load it',
  check(facts) {
    const { app } = facts;
    const state = appState(facts);
    const fix = `start it with ${IMPORT}; sightline init writes that into the start script`;
    if (state === 'not-loaded') {
      const command = app.process?.command.join(' ').slice(0, 120) ?? '';
      return [{ part: 'app', seen: `process ${app.process?.pid} runs without it: ${command}`, fix }];
    }
    if (state === 'not-in-script') {
      const without = app.project?.dependsOnBootstrap ? '' : ', and @sightline/bootstrap is no dependency';
      return [
        {
          part: 'app',
          seen: `nothing answers at ${app.url}, and the start script here does not load it${without}: ${app.project?.startScript}`,
          fix,
        },
      ];
    }
    if (state !== 'other') return [];
    return [
      {
        part: 'app',
        seen: `what answers at ${app.url} is not the admin server of a service`,
        fix: `${fix}; where its admin server is elsewhere, name it with --admin`,
      },
    ];
  },
});
