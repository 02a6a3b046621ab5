import { table } from '../markdown.ts';
import { groups } from './groups.ts';
import { type GroupResult, type MutationResults, type Score, isNoticed, scoreOf } from './results.ts';

/** What came of it: a table of the groups and their parts, and one of what no test can notice. */
export function mutationTable(results: MutationResults): string {
  const known = Object.entries(groups).flatMap(([name, { title }]) => {
    const group = results[name];
    return group === undefined ? [] : [{ title, group }];
  });
  const rows = known.flatMap(({ title, group }) => [
    row(`**${title}**`, scoreOf(Object.values(group.parts)), endless(group)),
    ...Object.entries(group.parts).map(([part, result]) =>
      row(part, scoreOf([result]), endless({ parts: { [part]: result } })),
    ),
  ]);
  const columns = ['what', 'mutants', 'tried', 'noticed', 'of these endless', 'equivalent', 'score'];
  return [
    table(columns, rows),
    '',
    ...known.map(
      ({ title, group }) =>
        `${title}: ${group.measuredAt}, seed ${group.seed}, ${Math.round(group.seconds / 60)} minutes.`,
    ),
    '',
    survivorsText(results),
  ].join('\n');
}

function row(title: string, score: Score, endlessCount: number): readonly string[] {
  const { total, tried, noticed, equivalent, ratio } = score;
  return [
    title,
    `${total}`,
    `${tried}`,
    `${noticed}`,
    `${endlessCount}`,
    `${equivalent}`,
    `${(ratio * 100).toFixed(1)} %`,
  ];
}

function endless({ parts }: Pick<GroupResult, 'parts'>): number {
  return Object.values(parts)
    .flatMap(({ results }) => results)
    .filter(({ outcome }) => outcome === 'endless').length;
}

function survivorsText(results: MutationResults): string {
  const all = Object.values(results)
    .flatMap(({ parts }) => Object.values(parts))
    .flatMap((part) => part.results)
    .filter(({ outcome, equivalent }) => !isNoticed(outcome) && equivalent === undefined);
  if (all.length === 0) return 'None that can be noticed survived.';
  const rows = all.map(({ file, line, original, mutated }) => [
    `\`${file.replace(/^packages\//, '')}:${line}\``,
    code(original),
    code(mutated),
  ]);
  return `What survived:\n\n${table(['where', 'was', 'became'], rows)}`;
}

function code(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return short.includes('`')
    ? short.replaceAll('`', "'").replaceAll('|', '\\|')
    : `\`${short.replaceAll('|', '\\|')}\``;
}
