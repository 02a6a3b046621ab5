import { type Finding, findingText } from '../../alerts/finding.ts';
import { type LintedFile, lintRules } from '../../alerts/lint-rules.ts';
import { type RuleFile, holdsRules, parseRuleFile } from '../../alerts/rule-file.ts';
import { type CommandContext, defineCommand } from '../../command.ts';
import { exitCodes } from '../../exit-code.ts';
import { fileError, inputFiles, readFound } from '../../files.ts';
import { count } from '../../plural.ts';
import { namedProgram, runProgram } from '../../programs.ts';

interface Linted extends LintedFile {
  readonly file: RuleFile;
  readonly path: string;
}

export const alertsLint = defineCommand({
  name: 'alerts lint',
  summary: 'Checks files of rules: their form, their queries, what every alert should say',
  description: [
    'Reads files for Prometheus, for the ruler of Loki and for the Prometheus Operator. What is wrong ends in exit code 1; ' +
      'an alert without severity, summary or runbook is a warning, which only --strict makes count.',
    'Where promtool is found, it checks the files for Prometheus as well: it knows what a grammar does not, such as types and templates.',
  ],
  argument: {
    name: 'files',
    help: 'Files and folders; the folder alerts by default',
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
    strict: { type: 'boolean', help: 'Let warnings count' },
  },
  examples: [
    'sightline alerts lint',
    'sightline alerts lint rules/*.yml --strict',
    'sightline alerts lint --json | jq .result.findings',
  ],
  async run(context) {
    const { io, values, positionals, paint } = context;
    const promtool = await namedProgram(io, 'promtool', values.promtool);
    const files = await inputFiles(io.cwd, positionals.length > 0 ? positionals : ['alerts']);
    const linted: Linted[] = [];
    for (const found of files) {
      const { name, path, fromFolder } = found;
      context.progress(`reading ${name}`);
      // oxlint-disable-next-line no-await-in-loop -- one file in memory at a time
      const text = await readFound(found);
      // In a folder of alerts there are tests, routes and templates as well.
      if (fromFolder && !holdsRules(text)) continue;
      const file = parseRuleFile(name, text);
      linted.push({ ...lintRules(file), file, path });
    }
    if (linted.length === 0)
      throw fileError(positionals.join(', ') || 'alerts', 'has no file of rules in it');
    const byPromtool = promtool === undefined ? [] : await checkByPromtool(context, promtool, linted);
    if (promtool === undefined)
      context.note('promtool is not on the PATH: form and grammar were checked, nothing more');
    const findings = [...linted.flatMap((each) => each.findings), ...byPromtool];
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const rules = linted.reduce((total, each) => total + each.rules, 0);
    const bad = errors > 0 || (values.strict && findings.length > 0);
    const summary = `${count(linted.length, 'file')}, ${count(rules, 'rule')}: ${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`;
    return {
      exitCode: bad ? exitCodes.finding : exitCodes.ok,
      result: {
        files: linted.map(({ file, language, rules: number }) => ({
          file: file.name,
          language,
          rules: number,
        })),
        findings,
        promtool: promtool ?? null,
      },
      text: [
        ...findings.map((finding) => findingText(finding, paint)),
        paint(bad ? 'red' : 'green', summary),
      ].join('\n'),
    };
  },
});

/** What promtool finds in the files for Prometheus that have no mistake so far. */
async function checkByPromtool(
  context: Pick<CommandContext, 'io' | 'progress'>,
  promtool: string,
  linted: readonly Linted[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { file, path, language, findings: own } of linted) {
    if (file.kubernetes || language !== 'PromQL' || own.some(({ severity }) => severity === 'error'))
      continue;
    context.progress(`promtool check rules ${file.name}`);
    // oxlint-disable-next-line no-await-in-loop -- one process at a time
    const { ok, output } = await runProgram(context.io, promtool, ['check', 'rules', path]);
    if (!ok)
      findings.push({
        file: file.name,
        line: lineIn(output),
        severity: 'error',
        message: `promtool: ${reasonIn(output)}`,
      });
  }
  return findings;
}

/** promtool says `<file>: 12:5: group …`. */
function lineIn(output: string): number {
  return Number(/: (\d+):\d+: /.exec(output)?.[1] ?? 1);
}

function reasonIn(output: string): string {
  const lines = output.split('\n').filter((line) => !/^Checking |^\s*FAILED:?$|^\s*$/.test(line));
  return (lines.length > 0 ? lines : [output]).map((line) => line.trim()).join(' ');
}
