import type { RunComparison } from '@sightline/local';
import { defineCommand } from '../../command.ts';
import { columns } from '../../columns.ts';
import { exitCodes } from '../../exit-code.ts';
import type { Paint } from '../../paint.ts';
import { count } from '../../plural.ts';
import { printable } from '../../printable.ts';
import { askStack, stackOption } from './stack-answer.ts';

export const runsCompare = defineCommand({
  name: 'runs compare',
  summary: 'Tells what differs between two starts of a service: errors, latency, logs, resources',
  description: [
    'Without instances it compares the newest two runs, of --service if that is given. When something differs by more than chance, the ' +
      'exit code is 1; the rule stands in the result.',
  ],
  options: {
    ...stackOption,
    before: { type: 'string', value: 'instance', help: 'The first run, by its service.instance.id' },
    after: { type: 'string', value: 'instance', help: 'The second run' },
    service: { type: 'string', value: 'name', help: 'Whose newest runs are compared' },
  },
  examples: ['sightline runs compare', 'sightline runs compare --service shop --json'],
  async run({ io, values, paint }) {
    const { before, after, service } = values;
    const given = Object.entries({ before, after, service }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const query = new URLSearchParams(given).toString();
    const comparison = await askStack<RunComparison>(io, values.url, `runs/compare?${query}`);
    const changes = changesIn(comparison);
    return {
      exitCode: changes.length > 0 ? exitCodes.finding : exitCodes.ok,
      result: comparison,
      text: textOf(comparison, changes, paint),
    };
  },
});

/** What differs by more than chance, or was not there before. */
function changesIn({ operations, resources, logs }: RunComparison): readonly (readonly string[])[] {
  return [
    ...operations
      .filter(({ isSignificant }) => isSignificant)
      .map(({ name, before, after }) => [
        printable(name),
        `errors ${percent(before?.errorRatio)} → ${percent(after?.errorRatio)}`,
        `p95 ${seconds(before?.p95Seconds)} → ${seconds(after?.p95Seconds)}`,
        `of ${before?.requests ?? 0} and ${after?.requests ?? 0}`,
      ]),
    ...resources
      .filter(({ isSignificant }) => isSignificant)
      .map(({ name, ratio = 1 }) => [name, `× ${ratio.toFixed(2)}`, '', '']),
    ...logs.errors
      .filter(({ state }) => state === 'new')
      .map(({ type, message, afterLines }) => [
        `new error ${printable(type)}`,
        printable(message).slice(0, 80),
        '',
        count(afterLines, 'time'),
      ]),
    ...logs.patterns
      .filter(({ state, level }) => state === 'new' && /^(?:warn|error|critical|fatal)$/.test(level))
      .map(({ level, pattern, afterLines }) => [
        `new ${level} line`,
        printable(pattern).slice(0, 80),
        '',
        count(afterLines, 'time'),
      ]),
  ];
}

function textOf(
  { before, after }: RunComparison,
  changes: readonly (readonly string[])[],
  paint: Paint,
): string {
  return [
    paint('bold', printable(after.service)),
    `  before  ${runText(before)}`,
    `  after   ${runText(after)}`,
    '',
    ...(changes.length === 0 ? ['nothing differs by more than chance'] : columns(changes)),
  ].join('\n');
}

function runText({ version, instance, firstSeenMs }: RunComparison['before']): string {
  return `${printable(version) || 'no version'}, ${printable(instance)}, from ${new Date(firstSeenMs).toISOString()}`;
}

function percent(ratio: number | undefined): string {
  return ratio === undefined ? '-' : `${(ratio * 100).toFixed(1)} %`;
}

function seconds(value: number | undefined): string {
  if (value === undefined) return '-';
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
}
