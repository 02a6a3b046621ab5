import type { Slo } from '@sightline/alerts';
import { SightlineError } from '@sightline/errors';
import { defineCommand } from '../../command.ts';
import { exitCodes } from '../../exit-code.ts';
import { readInput } from '../../files.ts';
import { errorsIn, problemJson, problemText } from '../../problem-text.ts';
import { costOf, costText, trafficOf, trafficOptions } from '../../slo/cost-text.ts';
import { readSlos } from '../../slo/read-slos.ts';

/** What is wrong with an objective, as opposed to a file that cannot be read. */
const findings: ReadonlySet<string> = new Set(['SIGHTLINE_OPTIONS', 'SIGHTLINE_OPEN_SLO']);

export const sloCheck = defineCommand({
  name: 'slo check',
  summary: 'Checks objectives and shows what follows from them: budget, burn alerts, cost',
  description: [
    'The file is YAML or JSON: a list of objectives as defineSlo takes them, such as { service: checkout, objective: 0.999, window: 30d, ' +
      'sli: { kind: availability } }, alone or under the key slos; or documents of OpenSLO v1.',
  ],
  argument: {
    name: 'file',
    help: 'The file of objectives; - reads stdin',
    required: true,
    completes: 'file',
  },
  options: trafficOptions,
  examples: ['sightline slo check slos.yml', 'sightline slo check openslo.yml --services 20 --json'],
  async run({ io, values, positionals: [file = ''], paint }) {
    const text = await readInput(io, file);
    const traffic = trafficOf(values);
    let slos: readonly Slo[];
    try {
      slos = readSlos(file, text);
    } catch (error) {
      const errors = errorsIn(error);
      if (!errors.every((each) => each instanceof SightlineError && findings.has(each.code))) throw error;
      return {
        exitCode: exitCodes.finding,
        result: { slos: [], findings: errors.map(problemJson) },
        text: errors.map((each) => problemText(each, paint)).join(''),
      };
    }
    return {
      exitCode: exitCodes.ok,
      result: { slos: slos.map((slo) => ({ ...slo, cost: costOf(slo, traffic) })), findings: [] },
      text: [...slos.map((slo) => sloText(slo, paint('bold', slo.name))), costText(slos, traffic)].join('\n'),
    };
  },
});

/** How long a whole outage may last until the budget is spent. */
function outageText({ budgetRatio, periodSeconds }: Slo): string {
  const minutes = (budgetRatio * periodSeconds) / 60;
  return minutes < 120 ? `${rounded(minutes)} min` : `${rounded(minutes / 60)} h`;
}

function sloText(slo: Slo, title: string): string {
  const windows = slo.windows.map(
    ({ severity, burnRate, longSeconds, shortSeconds }) =>
      `  ${severity.padEnd(8)} at ${rounded(burnRate)} times the sustainable rate, over ${span(longSeconds)} and ${span(shortSeconds)}`,
  );
  const share = rounded(slo.objective * 100);
  return [
    `${title}: ${share} % good in ${slo.window}, ${slo.service ?? 'every service'}${slo.route === undefined ? '' : ` ${slo.route}`}`,
    `  budget   ${rounded(slo.budgetRatio * 100)} % of the requests; all of it in an outage of ${outageText(slo)}`,
    ...windows,
  ].join('\n');
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(5)));
}

function span(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
}
