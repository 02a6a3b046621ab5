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
      const command = programIn(app.process?.command ?? []);
      return [{ part: 'app', seen: `process ${app.process?.pid} runs without it: ${command}`, fix }];
    }
    if (state === 'not-in-script') {
      const without = app.project?.dependsOnBootstrap ? '' : ', and @sightline/bootstrap is no dependency';
      return [
        {
          part: 'app',
          seen: `nothing answers at ${app.url}, and the start script here does not load it${without}: ${withoutValues(app.project?.startScript ?? '')}`,
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

/** Longest that is shown of a command [characters]. */
const SHOWN_CHARACTERS = 120;

/** Of a command line no more than the program and what it starts: others may be secret, and reports are handed on. */
function programIn(command: readonly string[]): string {
  // Some write all of it in the place of the program.
  const [program = '', ...rest] = command.length === 1 ? command[0]!.split(' ') : command;
  const file =
    rest.find((word) => /\.[cm]?[jt]sx?$/.test(word)) ?? rest.find((word) => !word.startsWith('-'));
  return [program, ...(file === undefined ? [] : [file])].join(' ').slice(0, SHOWN_CHARACTERS);
}

/** `PASSWORD=… node . --token=…` */
function withoutValues(script: string): string {
  return script.replaceAll(/(^|\s)((?:--?)?[A-Za-z_][\w.-]*=)(?:"[^"]*"|'[^']*'|\S+)/g, '$1$2…');
}
