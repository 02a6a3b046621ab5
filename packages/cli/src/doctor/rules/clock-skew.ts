import { type Part, servers } from '../facts.ts';
import { defineRule } from '../finding.ts';
import { nameOf } from './network.ts';

/** Grafana asks for the last minutes, and a header tells whole seconds [ms]. */
const MOST_MS = 10_000;

export const clockSkew = defineRule({
  code: 'clock-skew',
  when: 'Clocks differ, so that what is new looks old or comes from the future',
  check(facts) {
    const known = [
      { part: 'app' as Part, answer: facts.app.status },
      ...servers.flatMap((part) => (facts[part] ? [{ part, answer: facts[part].ready }] : [])),
    ].flatMap(({ part, answer }) =>
      answer.kind === 'answer' && answer.skewMs !== undefined ? [{ part, skewMs: answer.skewMs }] : [],
    );
    const off = known.filter(({ skewMs }) => Math.abs(skewMs) > MOST_MS);
    const fix =
      'let every machine keep its clock by NTP; of a virtual machine that slept, start the clock anew';
    const same = off.every(({ skewMs }) => Math.abs(skewMs - (off[0]?.skewMs ?? 0)) < MOST_MS);
    if (off.length > 1 && off.length === known.length && same) {
      return [
        {
          part: 'app',
          seen: `the clock of this machine is ${apart(-(off[0]?.skewMs ?? 0))} all others`,
          fix,
        },
      ];
    }
    return off.map(({ part, skewMs }) => ({
      part,
      seen: `the clock of ${nameOf(part)} is ${apart(skewMs)} that of this machine`,
      fix,
    }));
  },
});

function apart(skewMs: number): string {
  return `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'}`;
}
