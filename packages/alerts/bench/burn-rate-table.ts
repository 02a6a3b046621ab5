import { eagerShape, ourShape, slothShape, withoutHealth, worthOf } from './burn-simulator.ts';
import { everyTraffic } from './traffic.ts';

const kinds = { fast: 'page', slow: 'ticket' } as const;

function percent(ratio: number): string {
  return `${(Math.floor(ratio * 1000) / 10).toFixed(1)} %`;
}

/** What burn alerts are worth on each kind of traffic, beside the shape of Sloth, as Markdown. */
export function burnRateTable(months: number): string {
  const all = everyTraffic(months);
  const names = [...new Set(all.map(({ name }) => name))];
  const rows = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) =>
    names.flatMap((name) =>
      // Tickets ask nothing of the health of a service.
      (kind === 'fast' ? [ourShape, withoutHealth, eagerShape, slothShape] : [ourShape, slothShape]).map(
        (shape) => {
          const worth = worthOf(
            all.filter((traffic) => traffic.name === name),
            shape,
            kind,
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
        },
      ),
    ),
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
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
