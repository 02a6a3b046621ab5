import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { runWith } from '../../fake-io.fixture.ts';

const OWN = `slos:
  - { service: checkout, objective: 0.999, window: 30d, sli: { kind: availability } }
  - { name: fast, objective: 0.99, sli: { kind: latency, thresholdSeconds: 0.5 } }
`;
const OPEN_SLO = `apiVersion: openslo/v1
kind: SLO
metadata: { name: jobs }
spec:
  service: worker
  indicator:
    spec:
      ratioMetric:
        bad: { metricSource: { type: Prometheus, spec: { query: jobs_failed_total } } }
        total: { metricSource: { type: Prometheus, spec: { query: jobs_total } } }
  timeWindow: [{ duration: 4w, isRolling: true }]
  objectives: [{ target: 0.99 }]
`;

describe('slo check', () => {
  it('shows the budget, the burn alerts and the cost', async () => {
    const { exitCode, stdout } = await runWith('slo check -', { stdin: OWN });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('checkout-availability: 99.9 % good in 30d, checkout');
    expect(stdout).toContain('all of it in an outage of 43.2 min');
    expect(stdout).toContain('critical at 14.4 times the sustainable rate, over 1h and 5m');
    expect(stdout).toMatch(/estimated cost: \d+ series recorded, \d+ samples read a second/);
  });

  it('lets an objective for every service cost as much as there are services', async () => {
    const cost = async (line: string): Promise<number[]> => {
      const { result } = (await runWith(line, { stdin: OWN })).json() as {
        result: { slos: { cost: { ours: { samplesReadPerSecond: number } } }[] };
      };
      return result.slos.map((slo) => slo.cost.ours.samplesReadPerSecond);
    };
    const [own, every] = await cost('slo check - --json');
    const [ownOfTen, everyOfTen] = await cost('slo check - --json --services 10');
    expect(ownOfTen).toBe(own);
    expect(everyOfTen).toBeGreaterThan(9 * (every ?? Infinity));
  });

  it('shows the route of an objective that has one', async () => {
    const stdin = 'service: shop\nobjective: 0.99\nroute: /pay\nsli: { kind: availability }\n';
    expect((await runWith('slo check -', { stdin })).stdout).toContain('good in 30d, shop /pay\n');
  });

  it.each(['', 'slos: []', '[null]', 'null'])('needs an objective: %j', async (stdin) => {
    const ran = await runWith('slo check -', { stdin });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain('has no objective in it');
  });

  it('reads OpenSLO', async () => {
    const { result } = (await runWith('slo check - --json', { stdin: OPEN_SLO })).json() as {
      result: { slos: object[] };
    };
    expect(result.slos).toMatchObject([{ name: 'jobs', service: 'worker', window: '28d' }]);
  });

  it.each([
    [
      '- { objective: 99.9, sli: { kind: availability } }\n- { objectve: 0.9 }',
      ['objective 1: ', 'objective 2: ', 'did you mean "objective"?'],
    ],
    [OPEN_SLO.replace('0.99', '99'), ['SIGHTLINE_OPEN_SLO']],
    ['[]', ['has no objective in it']],
    [
      '- { objective: 0.9, sli: { kind: availability } }\n- { objective: 0.8, sli: { kind: availability } }',
      ['more than one objective is called availability'],
    ],
  ])('finds everything that is wrong with %j', async (stdin, messages) => {
    const ran = await runWith('slo check -', { stdin });
    expect(ran.exitCode).toBe(1);
    for (const message of messages) expect(ran.stdout).toContain(message);
  });

  it('cannot check what is no YAML or not there', async () => {
    expect(await runWith('slo check -', { stdin: 'a: [' })).toMatchObject({ exitCode: 2, stdout: '' });
    expect((await runWith('slo check /no/such/file')).stderr).toContain('it is not there');
  });
});

describe('slo rules', () => {
  it('writes rules to stdout and their cost to stderr', async () => {
    const ran = await runWith('slo rules - --grafana-url https://g.test', { stdin: OWN });
    expect(ran.exitCode).toBe(0);
    const { groups } = parse(ran.stdout) as { groups: { name: string }[] };
    expect(groups.map(({ name }) => name)).toContain('sightline-slo-fast');
    expect(ran.stdout).toContain('https://g.test/d/');
    expect(ran.stderr).toMatch(/^estimated cost: /);
  });

  it('writes them for the operator, too', async () => {
    const { stdout } = await runWith('slo rules - --form kubernetes', { stdin: OPEN_SLO });
    expect(parse(stdout)).toMatchObject({ kind: 'PrometheusRule', metadata: { name: 'sightline-slos' } });
  });

  it('writes nothing when an objective is wrong', async () => {
    expect(await runWith('slo rules -', { stdin: '- {}' })).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
