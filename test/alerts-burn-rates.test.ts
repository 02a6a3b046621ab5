import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sloRules } from '@sightline/alerts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertsOf, ourShape, slo } from '../packages/alerts/bench/burn-simulator.ts';
import { MINUTES, type Traffic, everyTraffic } from '../packages/alerts/bench/traffic.ts';
import { findPrograms, outcomeOf, promtools } from './alerts/promtool.ts';
import type { Found } from './servers/debian.ts';

/** Three kinds of traffic; otherwise the one in which a request or two decide. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** The stretch that is evaluated: the hours before the first outage of the month, itself, and what comes after. */
const HOURS = { before: 1, after: 1 };
/** Samples a minute. */
const SAMPLES = 1;
/** A rate knows an error half a minute sooner or later than the simulation [min]. */
const SLACK_MINUTES = 2;
const PROGRAM_MS = 120_000;

let folder: string;
let promtool: Found | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-burn-rates-'));
  promtool = (await findPrograms(promtools.slice(-1)))[0];
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Some hours of a month, as if nothing had been before and nothing came after. */
function stretchOf(month: Traffic): { readonly traffic: Traffic; readonly minutes: number } {
  const [incident] = month.incidents;
  if (incident === undefined) throw new Error('nothing goes wrong in it');
  const from = incident.fromMinute - HOURS.before * 60;
  const minutes = incident.toMinute + HOURS.after * 60 - from;
  const part = (values: Float64Array): Float64Array => {
    const all = new Float64Array(MINUTES);
    all.set(values.subarray(from, from + minutes));
    return all;
  };
  const isDown = new Uint8Array(MINUTES);
  isDown.set(month.isDown.subarray(from, from + minutes));
  return {
    minutes,
    traffic: { ...month, events: part(month.events), errors: part(month.errors), isDown },
  };
}

/** A counter of what happened in each minute. */
function counter(values: Float64Array, minutes: number): string {
  let total = 0;
  const samples = ['0'];
  for (const value of values.subarray(0, minutes)) {
    // All of it at the end of the minute, as the simulation has it.
    for (let sample = 1; sample < SAMPLES; sample += 1) samples.push(`${total}`);
    total += value;
    samples.push(`${total}`);
  }
  return samples.join(' ');
}

describe('the rules in promtool', () => {
  it.for(['sparse', 'low', 'steady'])(
    'page in the minutes in which the simulation does: %s traffic',
    { timeout: PROGRAM_MS },
    async (name, { skip }) => {
      if (!isLong && name !== 'low') skip('it is compared with SIGHTLINE_LONG_TESTS=true');
      const program =
        promtool === undefined || 'missing' in promtool ? skip(promtool?.missing ?? '') : promtool;
      const month = everyTraffic(1).find((each) => each.name === name);
      const { traffic, minutes } = stretchOf(month!);
      const times = alertsOf(traffic, ourShape, 'fast');
      const isFiring = (minute: number): boolean => times.some(([from, to]) => minute >= from && minute < to);
      const isNear = (minute: number): boolean =>
        times.flat().some((change) => Math.abs(change - minute) <= SLACK_MINUTES);
      const count = 'http_server_request_duration_seconds_count{job="shop", instance="a:1"';
      const good = traffic.events.map((events, minute) => events - (traffic.errors[minute] ?? 0));
      const ready = Array.from(traffic.isDown.subarray(0, minutes), (isDown) =>
        `${1 - isDown} `.repeat(SAMPLES),
      );
      const [group] = sloRules([slo], { evaluationIntervalSeconds: 60 });
      // What looks at days is no page.
      const rules = group?.rules.filter((rule) => !/\b\w*(?:1d|3d|WithoutData)\b/.test(JSON.stringify(rule)));
      const groups = [{ name: 'pages', rules }];
      await writeFile(join(folder, `${name}.rules.yml`), JSON.stringify({ groups }));
      // All minutes but those around a change.
      const sure = Array.from({ length: minutes - 1 }, (_none, index) => index + 1).filter(
        (minute) => !isNear(minute),
      );
      const test = {
        rule_files: [join(folder, `${name}.rules.yml`)],
        evaluation_interval: '1m',
        tests: [
          {
            interval: `${60 / SAMPLES}s`,
            input_series: [
              { series: `${count}, http_response_status_code="200"}`, values: counter(good, minutes) },
              {
                series: `${count}, http_response_status_code="500"}`,
                values: counter(traffic.errors, minutes),
              },
              {
                series: 'health_probe_status{job="shop", instance="a:1", probe="readyz"}',
                values: `1 ${ready.join('')}`.trim(),
              },
            ],
            promql_expr_test: sure.map((minute) => ({
              eval_time: `${minute}m`,
              expr: 'count(ALERTS{severity="critical", alertstate="firing"}) > bool 0 or vector(0)',
              exp_samples: [{ labels: '{}', value: isFiring(minute) ? 1 : 0 }],
            })),
          },
        ],
      };
      const path = join(folder, `${name}.yml`);
      await writeFile(path, JSON.stringify(test));
      expect(sure.some(isFiring)).toBe(true);
      const { ok, output } = await outcomeOf(program.path, ['test', 'rules', path]);
      expect(ok ? '' : output.slice(0, 2000)).toBe('');
    },
  );
});
