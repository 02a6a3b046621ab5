/** What a query took over so many samples. */
export interface GrowthPoint {
  readonly samples: number;
  readonly ms: number;
}

export interface GrowthLine {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly GrowthPoint[];
}

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 56;
const BOTTOM = 40;
const TOP = 40;

/** A plot of time over samples, both from 0: what grows in proportion is a straight line. */
export function growthPlot(lines: readonly GrowthLine[]): string {
  const points = lines.flatMap((line) => line.points);
  const maxSamples = Math.max(...points.map(({ samples }) => samples));
  const maxMs = Math.max(...points.map(({ ms }) => ms)) * 1.1;
  const x = (samples: number): string => (LEFT + ((WIDTH - LEFT - 16) * samples) / maxSamples).toFixed(1);
  const y = (ms: number): string => (HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * ms) / maxMs).toFixed(1);
  const marks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<text x="${x(maxSamples * share)}" y="${HEIGHT - 20}" text-anchor="middle">${(maxSamples * share) / 1e6} M</text>`,
    `<text x="${LEFT - 8}" y="${y(maxMs * share)}" text-anchor="end">${Math.round(maxMs * share)}</text>`,
    `<line x1="${LEFT}" x2="${WIDTH - 16}" y1="${y(maxMs * share)}" y2="${y(maxMs * share)}" stroke="#ddd"/>`,
  ]);
  const drawn = lines.flatMap(({ name, colour, points: own }, at) => [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${own.map((p) => `${x(p.samples)},${y(p.ms)}`).join(' ')}"/>`,
    ...own.map((p) => `<circle cx="${x(p.samples)}" cy="${y(p.ms)}" r="3" fill="${colour}"/>`),
    `<text x="${LEFT + 8 + at * 240}" y="20" fill="${colour}">${name}, ms</text>`,
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    ...marks,
    ...drawn,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 4}" text-anchor="middle">samples that the query covers</text>`,
    '</svg>',
    '',
  ].join('\n');
}
