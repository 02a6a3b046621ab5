import { seriesColour } from '../../../parts/chart/palette.ts';

/*
 * Colours of dashboards by name. Those with a meaning are those of the app, which are readable in both themes; others are
 * hues of their own.
 */

const meant: Readonly<Record<string, string>> = {
  green: 'var(--ok)',
  red: 'var(--bad)',
  orange: 'var(--warn)',
  yellow: 'var(--warn)',
  blue: 'var(--info)',
  text: 'var(--text)',
  transparent: 'transparent',
};

const hues: Readonly<
  Record<string, readonly [superLight: string, light: string, plain: string, semiDark: string, dark: string]>
> = {
  red: ['#ffa6b0', '#ff7383', '#f2495c', '#e02f44', '#c4162a'],
  orange: ['#ffcb7d', '#ffb357', '#ff9830', '#ff780a', '#fa6400'],
  yellow: ['#fff899', '#ffee52', '#fade2a', '#f2cc0c', '#e0b400'],
  green: ['#c8f2c2', '#96d98d', '#73bf69', '#56a64b', '#37872d'],
  blue: ['#c0d8ff', '#8ab8ff', '#5794f2', '#3274d9', '#1f60c4'],
  purple: ['#deb6f2', '#ca95e5', '#b877d9', '#a352cc', '#8f3bb8'],
};

const SHADES = ['super-light-', 'light-', '', 'semi-dark-', 'dark-'] as const;

/** `red`, `semi-dark-blue`, `#ff0000`, `rgb(…)` as a colour of CSS; undefined for what is none. */
export function namedColour(name: string): string | undefined {
  const own = meant[name];
  if (own !== undefined) return own;
  for (const [hue, shades] of Object.entries(hues)) {
    const index = SHADES.findIndex((shade) => `${shade}${hue}` === name);
    if (index !== -1) return shades[index];
  }
  if (/^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.test(name)) return name;
  return /^(?:rgb|hsl)a?\([\d\s.,%/deg-]+\)$/i.test(name) ? name : undefined;
}

/** From 0 to 1 through these. */
const gradients: Readonly<Record<string, readonly string[]>> = {
  'continuous-GrYlRd': ['#73bf69', '#fade2a', '#f2495c'],
  'continuous-RdYlGr': ['#f2495c', '#fade2a', '#73bf69'],
  'continuous-BlYlRd': ['#5794f2', '#fade2a', '#f2495c'],
  'continuous-YlRd': ['#fade2a', '#f2495c'],
  'continuous-BlPu': ['#5794f2', '#b877d9'],
  'continuous-YlBl': ['#fade2a', '#5794f2'],
  'continuous-blues': ['#1f60c4', '#c0d8ff'],
  'continuous-reds': ['#c4162a', '#ffa6b0'],
  'continuous-greens': ['#37872d', '#c8f2c2'],
  'continuous-purples': ['#8f3bb8', '#deb6f2'],
};

type Rgb = readonly [red: number, green: number, blue: number];

function parseHex(hex: string): Rgb {
  const full = hex.length === 4 ? hex.slice(1).replaceAll(/./g, '$&$&') : hex.slice(1, 7);
  const number = Number.parseInt(full, 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/** A colour on the way through the stops; `ratio` 0–1. */
export function mixStops(stops: readonly string[], ratio: number): string {
  const place = Math.min(1, Math.max(0, ratio)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const from = parseHex(stops[Math.max(0, index)] ?? '#888888');
  const to = parseHex(stops[index + 1] ?? stops[0] ?? '#888888');
  const part = place - index;
  const mixed = from.map((value, channel) => Math.round(value + ((to[channel] ?? value) - value) * part));
  return `rgb(${mixed.join(' ')})`;
}

export function gradientColour(mode: string, ratio: number): string | undefined {
  const stops = gradients[mode];
  return stops === undefined ? undefined : mixStops(stops, ratio);
}

function hash(text: string): number {
  let value = 0;
  for (const sign of text) value = (Math.imul(value, 31) + (sign.codePointAt(0) ?? 0)) | 0;
  return Math.abs(value);
}

const PALETTE_SIZE = 8;

/** A colour each, the same for a name on every panel as far as two names of one panel do not want the same. */
export function coloursByName(names: readonly string[]): readonly string[] {
  const taken = new Set<number>();
  return names.map((name) => {
    let index = hash(name) % PALETTE_SIZE;
    for (let tries = 0; taken.has(index) && taken.size < PALETTE_SIZE && tries < PALETTE_SIZE; tries++)
      index = (index + 1) % PALETTE_SIZE;
    taken.add(index);
    return seriesColour(index);
  });
}
