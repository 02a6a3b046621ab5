import { clockDuration, longDuration } from './long-duration.ts';
import {
  isoMoment,
  isoMomentUnlessToday,
  localMoment,
  momentFromNow,
  patternMoment,
  usMoment,
} from './moment-text.ts';
import { numberText, usualDecimals } from './number-text.ts';
import {
  type Formatter,
  binaryUnit,
  countUnit,
  durationUnit,
  fixedUnit,
  scaledUnit,
  siUnit,
} from './unit-scales.ts';

const plain: Formatter = (value, decimals) => numberText(value, decimals);
const percent: Formatter = (value, decimals) => `${numberText(value, decimals)}%`;
const short = scaledUnit(1000, ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint', ' Sext', ' Sept']);

function percentUnit(value: number, decimals?: number): string {
  // 0.07 × 100 is 7.000000000000001.
  return percent(
    Number((value * 100).toPrecision(12)),
    decimals ?? usualDecimals(Number((value * 100).toPrecision(6))),
  );
}

const rates: Readonly<Record<string, string>> = {
  cps: 'c/s',
  ops: 'ops/s',
  reqps: 'req/s',
  rps: 'rd/s',
  wps: 'wr/s',
  iops: 'io/s',
  eps: 'evt/s',
  mps: 'msg/s',
  recps: 'rec/s',
  rowsps: 'rows/s',
  cpm: 'c/m',
  opm: 'ops/m',
  reqpm: 'req/m',
  rpm: 'rd/m',
  wpm: 'wr/m',
  epm: 'evts/m',
  mpm: 'msgs/m',
  recpm: 'rec/m',
  rowspm: 'rows/m',
};

/** Prefix of the ids, and by how many steps values come larger: `mbytes` comes in MiB. */
const SIZES = ['', 'k', 'm', 'g', 't', 'p'] as const;

/** The units of Grafana by their ids, as far as Node services and their stack use them. */
const units = new Map<string, Formatter>([
  ['none', plain],
  ['', plain],
  ['short', short],
  ['sishort', (value, decimals) => siUnit('')(value, decimals).trimEnd()],
  ['string', (value) => String(value)],
  ['percent', percent],
  ['percentunit', percentUnit],
  ['humidity', fixedUnit('%H', { space: false })],
  [
    'sci',
    (value, decimals) => (decimals === undefined ? value.toExponential() : value.toExponential(decimals)),
  ],
  ['hex', (value) => value.toString(16).toUpperCase()],
  ['hex0x', (value) => `0x${value.toString(16).toUpperCase()}`],
  [
    'locale',
    (value, decimals) =>
      value.toLocaleString('en-US', { maximumFractionDigits: decimals ?? usualDecimals(value) }),
  ],
  ['pixel', fixedUnit('px', { space: false })],
  ['conc', fixedUnit('conc')],
  ['hertz', siUnit('Hz')],
  ['ns', durationUnit(1e-9)],
  ['µs', durationUnit(1e-6)],
  ['us', durationUnit(1e-6)],
  ['ms', durationUnit(1e-3)],
  ['s', durationUnit(1, 1e-9)],
  ['m', durationUnit(60)],
  ['h', durationUnit(3600)],
  ['d', durationUnit(86_400)],
  ['timeticks', durationUnit(0.01, 1e-9)],
  ['dtdurations', (value, decimals) => longDuration(value * 1000, 'second', decimals)],
  ['dtdurationms', (value, decimals) => longDuration(value, 'millisecond', decimals)],
  ['dthms', (value) => clockDuration(value)],
  ['dtdhms', (value) => clockDuration(value, true)],
  ['dateTimeAsIso', (value) => isoMoment(value)],
  ['dateTimeAsIsoNoDateIfToday', (value) => isoMomentUnlessToday(value)],
  ['dateTimeAsUS', (value) => usMoment(value)],
  ['dateTimeAsLocal', (value) => localMoment(value)],
  ['dateTimeAsLocalNoDateIfToday', (value) => isoMomentUnlessToday(value)],
  ['dateTimeAsSystem', (value) => isoMoment(value)],
  ['dateTimeFromNow', (value) => momentFromNow(value)],
  ['bool', (value) => (value === 0 || Number.isNaN(value) ? 'False' : 'True')],
  ['bool_yes_no', (value) => (value === 0 || Number.isNaN(value) ? 'No' : 'Yes')],
  ['bool_on_off', (value) => (value === 0 || Number.isNaN(value) ? 'Off' : 'On')],
  ['celsius', fixedUnit('°C')],
  ['fahrenheit', fixedUnit('°F')],
  ['kelvin', fixedUnit('K')],
  ['volt', siUnit('V')],
  ['amp', siUnit('A')],
  ['watt', siUnit('W')],
  ['bits', binaryUnit('b')],
  ['decbits', siUnit('b')],
  ['Bps', siUnit('B/s')],
  ['bps', siUnit('b/s')],
  ['binBps', binaryUnit('B/s')],
  ['binbps', binaryUnit('b/s')],
  ['pps', siUnit('p/s')],
  ['KBs', siUnit('B/s', 1)],
  ['MBs', siUnit('B/s', 2)],
  ['KiBs', binaryUnit('B/s', 1)],
  ['MiBs', binaryUnit('B/s', 2)],
  ...SIZES.map((size, offset): [string, Formatter] => [`${size}bytes`, binaryUnit('B', offset)]),
  ...SIZES.map((size, offset): [string, Formatter] => [`dec${size}bytes`, siUnit('B', offset)]),
  ...Object.entries(rates).map(([id, unit]): [string, Formatter] => [id, countUnit(unit)]),
  ...(
    [
      ['currencyUSD', '$'],
      ['currencyEUR', '€'],
      ['currencyGBP', '£'],
    ] as const
  ).map(([id, sign]): [string, Formatter] => [
    id,
    (value, decimals) =>
      `${value < 0 ? '-' : ''}${sign}${scaledUnit(1000, ['', 'K', 'M', 'B', 'T'])(Math.abs(value), decimals)}`,
  ]),
]);

/**
 * A value in one of Grafana's units, with Grafana's digits: `formatUnit('s', 0.0123)` is `12.3 ms`. A unit that is not
 * known stands after the number as it is, as Grafana does with units of its users.
 *
 * @param decimals digits after the point; as many as are usual when undefined
 */
export function formatUnit(unit: string | undefined, value: number, decimals?: number): string {
  return formatterOf(unit)(value, decimals);
}

/** The formatter of a unit, to be kept where many values are written. */
export function formatterOf(unit: string | undefined): Formatter {
  if (unit === undefined) return plain;
  const known = units.get(unit);
  if (known !== undefined) return known;
  const [kind = '', ...rest] = unit.split(':');
  const given = rest.join(':');
  if (given === '') return fixedUnit(unit);
  if (kind === 'suffix') return fixedUnit(given);
  if (kind === 'prefix') return fixedUnit(given, { before: true });
  if (kind === 'si') return siUnit(given);
  if (kind === 'count') return countUnit(given);
  if (kind === 'currency') return fixedUnit(given, { before: true });
  if (kind === 'time') return (value) => patternMoment(value, given);
  return fixedUnit(unit);
}
