import { readFile } from 'node:fs/promises';
import { alertNames, alertsAskedFor, holdsTests, ruleFilesOf } from '../../alerts/tested-alerts.ts';
import { defineCommand } from '../../command.ts';
import { exitCodes } from '../../exit-code.ts';
import { fileError, inputFiles, readFound } from '../../files.ts';
import { count } from '../../plural.ts';
import { missingProgram, namedProgram, runProgram } from '../../programs.ts';

export const alertsTest = defineCommand({
  name: 'alerts test',
  summary: 'Runs the tests of alert rules with promtool, and names the alerts that have none',
  description: [
    'A test is a file for promtool test rules. Alerts that stand in the rule files of the tests and that no test asks for are ' +
      'named; with --coverage, one of them is enough for exit code 1.',
  ],
  argument: {
    name: 'files',
    help: 'Files and folders; the folder alerts/tests by default',
    many: true,
    completes: 'file',
  },
  options: {
    promtool: {
      type: 'string',
      value: 'file',
      help: 'The program promtool, when it is not on the PATH',
      completes: 'file',
    },
    coverage: { type: 'boolean', help: 'Fail when an alert of the rule files is asked for by no test' },
  },
  examples: [
    'sightline alerts test --coverage',
    'sightline alerts test alerts/tests/latency.yml --promtool ./promtool',
  ],
  async run({ io, values, positionals, paint, progress }) {
    const given = positionals.length > 0 ? positionals : ['alerts/tests'];
    const [promtool, files] = await Promise.all([
      namedProgram(io, 'promtool', values.promtool),
      inputFiles(io.cwd, given),
    ]);
    if (promtool === undefined) throw missingProgram('promtool', 'promtool is not on the PATH');
    const runs: { file: string; ok: boolean; output: string }[] = [];
    const asked = new Set<string>();
    const ruleFiles = new Set<string>();
    for (const file of files) {
      const { name, path, fromFolder } = file;
      // oxlint-disable-next-line no-await-in-loop -- promtool keeps every core busy by itself
      const text = await readFound(file);
      if (fromFolder && !holdsTests(text)) continue;
      for (const alert of alertsAskedFor(path, text)) asked.add(alert);
      for (const each of ruleFilesOf(path, text)) ruleFiles.add(each);
      progress(`promtool test rules ${name} (${runs.length + 1} of ${files.length})`);
      // oxlint-disable-next-line no-await-in-loop -- as above
      runs.push({ file: name, ...(await runProgram(io, promtool, ['test', 'rules', path])) });
    }
    if (runs.length === 0) throw fileError(given.join(', '), 'has no file of tests in it');
    const untested = await untestedAlerts(ruleFiles, asked);
    const failed = runs.filter(({ ok }) => !ok).length;
    const bad = failed > 0 || (values.coverage && untested.length > 0);
    const lines = [
      ...runs.map(({ file, ok, output }) =>
        ok ? `${paint('green', 'ok')}   ${file}` : `${paint('red', 'FAIL')} ${file}\n${indented(output)}`,
      ),
      ...untested.map((alert) => `${paint('yellow', 'none')} ${alert}: no test asks for it`),
      paint(
        bad ? 'red' : 'green',
        `${count(runs.length, 'file')} of tests: ${failed} failed, ${count(untested.length, 'alert')} without a test`,
      ),
    ];
    return {
      exitCode: bad ? exitCodes.finding : exitCodes.ok,
      result: { promtool, files: runs, untested },
      text: lines.join('\n'),
    };
  },
});

async function untestedAlerts(
  ruleFiles: ReadonlySet<string>,
  asked: ReadonlySet<string>,
): Promise<readonly string[]> {
  const names = await Promise.all(
    [...ruleFiles].map(async (path) => {
      // promtool has said so already where one is missing.
      const text = await readFile(path, 'utf8').catch(() => '');
      return alertNames(path, text);
    }),
  );
  return [...new Set(names.flat())].filter((name) => !asked.has(name)).toSorted();
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '     ');
}
