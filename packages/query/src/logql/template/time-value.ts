import type { GoFunction, GoObject, GoValue } from '../../promql/rules/go-template/index.ts';
import { defineFunction } from './define-function.ts';
import { formatTime } from './format-time.ts';
import { clockAt, goTime } from './go-time.ts';
import type { Clock, GoTime } from './go-time.ts';

function method(call: () => GoValue): GoFunction {
  return { takes: [], call };
}

/** A month or a day of the week: a number that prints its name. */
function named(type: string, text: string): GoObject {
  return { kind: 'object', type, text };
}

/** A time with the methods of Go's that a template may want. Source: https://pkg.go.dev/time#Time */
export function timeValue(timeNs: bigint, offsetSeconds = 0, zone = 'UTC'): GoTime {
  const time = goTime(timeNs, offsetSeconds, zone);
  const part = (name: keyof Clock): GoFunction => method(() => BigInt(clockAt(timeNs, offsetSeconds)[name]));
  const format = (layout: string): string => formatTime(timeNs, layout, { offsetSeconds, zone });
  const methods: Record<string, GoFunction> = {
    Unix: method(() => floorDivide(timeNs, 1_000_000_000n)),
    UnixMilli: method(() => floorDivide(timeNs, 1_000_000n)),
    UnixMicro: method(() => floorDivide(timeNs, 1000n)),
    UnixNano: method(() => timeNs),
    Year: part('year'),
    Month: method(() => named('time.Month', format('January'))),
    Day: part('day'),
    Weekday: method(() => named('time.Weekday', format('Monday'))),
    YearDay: part('yearDay'),
    Hour: part('hour'),
    Minute: part('minute'),
    Second: part('second'),
    Nanosecond: part('nanosecond'),
    Format: defineFunction(['string'], format),
    String: method(() => time.text),
    UTC: method(() => timeValue(timeNs)),
  };
  return { ...time, methods };
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
