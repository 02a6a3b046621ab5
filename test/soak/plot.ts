import { type Quantity, type SoakSample, type Verdict, quantities } from './verdict.ts';

/** Something that happened, or went on for a while. */
export interface SoakEvent {
  readonly kind: 'deploy' | 'incident';
  readonly title: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

const WIDTH = 760;
const PANEL_HEIGHT = 120;
const LEFT = 64;
const RIGHT = 16;
const TOP = 28;

/** One panel a quantity, from zero: samples, the fitted line, deploys as dashed lines and incidents as grey bands. */
export function soakPlot(
  samples: readonly SoakSample[],
  verdicts: readonly Verdict[],
  events: readonly SoakEvent[],
  warmUpSeconds: number,
): string {
  const endSeconds = samples.at(-1)?.seconds ?? 1;
  const x = (seconds: number): string =>
    (LEFT + ((WIDTH - LEFT - RIGHT) * seconds) / Math.max(1, endSeconds)).toFixed(1);
  const panels = verdicts.map((verdict, at) => panel(verdict, 24 + at * PANEL_HEIGHT));
  const height = 24 + verdicts.length * PANEL_HEIGHT + 28;

  function panel({ quantity, slope, intercept, isFlat }: Verdict, top: number): string {
    const { title, unit, scale } = quantities[quantity];
    const values = samples.map((sample) => sample[quantity === 'settledBytes' ? 'rssBytes' : quantity]);
    const most = Math.max(...values, scale / 10) * 1.15;
    const bottom = top + PANEL_HEIGHT - 10;
    const y = (value: number): string => (bottom - ((bottom - top - TOP) * value) / most).toFixed(1);
    const pointsOf = (of: (sample: SoakSample) => number): string =>
      samples.map((sample) => `${x(sample.seconds)},${y(of(sample))}`).join(' ');
    const [from, to] = [warmUpSeconds, endSeconds].map((seconds) => [seconds, intercept + slope * seconds]);
    return [
      ...events.map(({ kind, fromSeconds, toSeconds }) =>
        kind === 'deploy'
          ? `<line x1="${x(fromSeconds)}" x2="${x(fromSeconds)}" y1="${top + TOP}" y2="${bottom}" stroke="#7a9cc6" stroke-dasharray="3 3"/>`
          : `<rect x="${x(fromSeconds)}" width="${(Number(x(toSeconds)) - Number(x(fromSeconds))).toFixed(1)}" y="${top + TOP}" height="${bottom - top - TOP}" fill="#eee"/>`,
      ),
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}" stroke="#999"/>`,
      `<text x="${LEFT}" y="${top + 18}" font-weight="bold">${title}${unit === '' ? '' : `, ${unit}`}: ${isFlat ? 'flat' : 'not flat'}</text>`,
      `<text x="${LEFT - 6}" y="${bottom}" text-anchor="end">0</text>`,
      `<text x="${LEFT - 6}" y="${top + TOP + 8}" text-anchor="end">${label(most / scale)}</text>`,
      ...(quantity === 'settledBytes'
        ? [`<polyline fill="none" stroke="#999" points="${pointsOf(({ rssBytes }) => rssBytes)}"/>`]
        : []),
      `<polyline fill="none" stroke="#2b6cb0" stroke-width="1.5" points="${pointsOf((sample) => sample[quantity])}"/>`,
      `<line x1="${x(from?.[0] ?? 0)}" y1="${y(from?.[1] ?? 0)}" x2="${x(to?.[0] ?? 0)}" y2="${y(to?.[1] ?? 0)}" stroke="#c05621" stroke-width="1.5"/>`,
    ].join('\n');
  }

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="${LEFT}" y="18" fill="#555">blue: samples; orange: the line fitted after the warm-up; grey bands: incidents; dashed: deploys; grey line: all memory</text>`,
    ...panels,
    `<text x="${WIDTH / 2}" y="${height - 8}" text-anchor="middle">${Math.round(endSeconds / 60)} minutes</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function label(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** The rows of the table, one a quantity. */
export function soakRows(verdicts: readonly Verdict[]): readonly (readonly string[])[] {
  return verdicts.map(({ quantity, mean, growth, growthRange, bound, isFlat }) => [
    quantities[quantity].title,
    amount(quantity, mean),
    amount(quantity, growth),
    growthRange.map((value) => amount(quantity, value)).join(' to '),
    amount(quantity, bound),
    isFlat ? 'yes' : '**no**',
  ]);
}

export const soakColumns = ['', 'mean', 'growth by the fitted line', '95 % of it', 'bound', 'flat'] as const;

function amount(quantity: Quantity, value: number): string {
  const { unit, scale } = quantities[quantity];
  return `${(value / scale).toFixed(2)}${unit === '' ? '' : ` ${unit}`}`;
}
