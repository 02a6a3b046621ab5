import { goMap } from '../../promql/rules/go-template/index.ts';
import type { GoFunction, GoFunctions, GoValue } from '../../promql/rules/go-template/index.ts';
import { defineFunction } from './define-function.ts';
import { formatTime } from './format-time.ts';
import { isGoTime } from './go-time.ts';
import type { GoTime } from './go-time.ts';
import { parseTime } from './parse-time.ts';
import { floorDivide, timeValue } from './time-value.ts';

/** 0001-01-01, which Go has where there is no time [ns]. */
const zeroTimeNs = -62_135_596_800n * 1_000_000_000n;

function nowNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function isEmpty(value: GoValue): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object') return value === '' || value === false || value === 0 || value === 0n;
  if (value.kind === 'map') return value.entries.size === 0;
  return value.kind === 'slice' && value.items.length === 0;
}

/** A value of JSON as Go reads it. */
function fromJson(value: unknown): GoValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value))
    return { kind: 'slice', type: '[]interface {}', items: value.map((item) => fromJson(item)) };
  if (typeof value !== 'object' || value === null) return undefined;
  return goMap(
    'map[string]interface {}',
    Object.entries(value).map(([key, item]) => [key, fromJson(item)]),
  );
}

function parseJson(text: string): GoValue {
  try {
    return fromJson(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** By the number of its digits: days, seconds, and down to nanoseconds. */
const unixUnitsNs: Readonly<Record<number, bigint>> = {
  5: 86_400_000_000_000n,
  10: 1_000_000_000n,
  13: 1_000_000n,
  16: 1000n,
  19: 1n,
};

function unixToTime(text: string): GoValue {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new Error(
      `unable to parse time '${text}': strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  const unitNs = unixUnitsNs[text.length];
  if (unitNs === undefined) throw new Error(`unable to parse time '${text}': %!w(<nil>)`);
  return timeValue(BigInt(text) * unitNs);
}

function inZone(layout: string, zone: string, text: string): GoValue {
  const parsed = parseTime(layout, text, zone);
  return parsed === undefined
    ? timeValue(zeroTimeNs)
    : timeValue(parsed.timeNs, parsed.offsetSeconds, parsed.zone);
}

/** A function of a time: how many units there are since 1970, as a text. */
function unixTime(unitNs: bigint): GoFunction {
  return defineFunction(['time.Time'], ({ timeNs }: GoTime) => floorDivide(timeNs, unitNs).toString());
}

/** Functions of times and of all values that templates of LogQL have. Its own zone is UTC. */
export const valueFunctions: GoFunctions = {
  now: { takes: [], call: () => timeValue(nowNs()) },
  date: defineFunction(['string', 'any'], (layout: string, value: GoValue) => {
    if (typeof value === 'bigint') return formatTime(value * 1_000_000_000n, layout);
    return formatTime(isGoTime(value) ? value.timeNs : nowNs(), layout);
  }),
  toDate: defineFunction(['string', 'string'], (layout: string, text: string) => inZone(layout, 'UTC', text)),
  toDateInZone: defineFunction(['string', 'string', 'string'], inZone),
  unixEpoch: unixTime(1_000_000_000n),
  unixEpochMillis: unixTime(1_000_000n),
  unixEpochNanos: unixTime(1n),
  unixToTime: defineFunction(['string'], unixToTime),
  default: {
    takes: ['any'],
    rest: 'any',
    call: (otherwise, ...given) => (given.length === 0 || isEmpty(given[0]) ? otherwise : given[0]),
  },
  fromJson: defineFunction(['string'], parseJson),
};
