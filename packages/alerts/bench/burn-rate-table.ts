import { eagerShape, ourShape, slothShape, withoutHealth, worthOf } from './burn-simulator.ts';
import { everyTraffic } from './traffic.ts';

const kinds = { fast: 'page', slow: 'ticket' } as const;

function percent(ratio: number): string {
  return `${(Math.floor(ratio * 1000) / 10).toFixed(1)} %`;
}

type Worth = ReturnType<typeof worthOf>;

/** Where ours is worse than theirs, as the table shows it: `detection 21 min, not 12 min`. */
function worseCells(ours: Worth, theirs: Worth): readonly string[] {
  const minutes = (worth: Worth, key: 'detectionMinutes' | 'resetMinutes'): number => Math.round(worth[key]);
  const cells: readonly (readonly [what: string, isWorse: boolean, text: (worth: Worth) => string])[] = [
    ['precision', ours.precision < theirs.precision, ({ precision }) => percent(precision)],
    ['recall', ours.recall < theirs.recall, ({ recall }) => percent(recall)],
    [
      'detection',
      minutes(ours, 'detectionMinutes') > minutes(theirs, 'detectionMinutes'),
      (worth) => `${minutes(worth, 'detectionMinutes')} min`,
    ],
    [
      'reset',
      minutes(ours, 'resetMinutes') > minutes(theirs, 'resetMinutes'),
      (worth) => `${minutes(worth, 'resetMinutes')} min`,
    ],
    ['false', ours.falseAlerts > theirs.falseAlerts, ({ falseAlerts }) => `${falseAlerts}`],
    ['false or repeated', ours.needlessAlerts > theirs.needlessAlerts, (worth) => `${worth.needlessAlerts}`],
  ];
  return cells
    .filter(([, isWorse]) => isWorse)
    .map(([what, , text]) => `${what} ${text(ours)}, not ${text(theirs)}`);
}

/** What burn alerts are worth on each kind of traffic, beside the shape of Sloth, as Markdown. */
export function burnRateTable(months: number): string {
  const all = everyTraffic(months);
  const names = [...new Set(all.map(({ name }) => name))];
  const worse: string[] = [];
  const rows = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) =>
    names.flatMap((name) => {
      const traffic = all.filter((each) => each.name === name);
      const theirs = worthOf(traffic, slothShape, kind);
      // Tickets ask nothing of the health of a service.
      const shapes = kind === 'fast' ? [ourShape, withoutHealth, eagerShape] : [ourShape];
      return [
        ...shapes.map((shape) => ({ shape, worth: worthOf(traffic, shape, kind) })),
        { shape: slothShape, worth: theirs },
      ].map(({ shape, worth }) => {
        worse.push(
          ...worseCells(worth, theirs).map((cell) => `${kinds[kind]}, ${name}: ${shape.name}, ${cell}`),
        );
        const { precision, recall, detectionMinutes, resetMinutes, falseAlerts, needlessAlerts } = worth;
        return [
          `${kinds[kind]}, ${name}`,
          shape.name,
          percent(precision),
          percent(recall),
          `${Math.round(detectionMinutes)} min`,
          `${Math.round(resetMinutes)} min`,
          `${falseAlerts}`,
          `${needlessAlerts}`,
        ];
      });
    }),
  );
  const head = [
    'alert, traffic',
    'rules',
    'precision',
    'recall',
    'detection',
    'reset',
    `false in ${months} months`,
    'false or repeated',
  ];
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const cells = worse.length === 0 ? 'No cell' : worse.join('; ');
  return `${table}\n\nWorse than Sloth's: ${cells}.`;
}
