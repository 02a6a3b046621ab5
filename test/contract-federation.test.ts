import { type LocalStack, startLocal } from '@sightline/local';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { servePage } from './contract/page.ts';
import { type DebianProgram, debianProgram } from './servers/debian.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

const releases: readonly { readonly name: string; readonly program: DebianProgram }[] = [
  {
    name: "this Debian's Prometheus",
    program: { program: 'prometheus', package: 'prometheus', release: 'own' },
  },
  {
    name: "the newest Debian's Prometheus",
    program: { program: 'prometheus', package: 'prometheus', release: 'sid' },
  },
];

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  // oxlint-disable-next-line no-await-in-loop -- the last that was opened first
  for (const end of ends.splice(0).toReversed()) await end();
}, 60_000);

interface Pair {
  readonly stack: LocalStack;
  readonly prometheus: Prometheus;
  /** Of what is scraped, `host:port`. */
  readonly address: string;
}

/** The stack scrapes a page as job `shop`, and Prometheus scrapes the stack and, as job `direct`, the page. */
async function start(program: DebianProgram, ctx: { skip(note: string): never }): Promise<Pair> {
  const found = await debianProgram(program);
  if ('missing' in found) {
    process.stdout.write(`skipped: ${found.missing}\n`);
    return ctx.skip(found.missing);
  }
  const page = await servePage();
  ends.push(() => page.close());
  const odd = await servePage('{"odd.name","http.route"="/a"} 4\n# EOF\n');
  ends.push(() => odd.close());
  const stack = await startLocal({
    port: 0,
    scrape: {
      intervalMs: 500,
      timeoutMs: 400,
      jobs: [
        { job: 'shop', targets: [page.address] },
        { job: 'odd', targets: [odd.address], labels: { instance: 'odd' } },
      ],
    },
  });
  ends.push(() => stack.close());
  const prometheus = await startPrometheus({
    path: found.path,
    jobs: { direct: page.address },
    scrapeConfigs: [
      {
        job_name: 'federate',
        honor_labels: true,
        metrics_path: '/federate',
        params: { 'match[]': ['{job="shop"}', '{job="odd"}'] },
        static_configs: [{ targets: [new URL(stack.url).host] }],
      },
    ],
    remoteWrite: { url: `${stack.url}/api/v1/write`, withRules: true },
  });
  ends.push(() => prometheus.stop());
  return { stack, prometheus, address: page.address };
}

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';

describe.each(releases.slice(0, isLong ? 2 : 1))('$name beside the embedded stack', ({ program }) => {
  it('federates from it what it has scraped, and writes to it what it scrapes itself', async (ctx) => {
    const { stack, prometheus, address } = await start(program, ctx);
    const federated = async (query: string): Promise<readonly (readonly [object, number])[]> =>
      (await prometheus.query(query)).map(({ metric, value }) => [metric, Number(value[1])]);
    await vi.waitFor(
      async () => {
        expect(await federated('sort(shop_orders_total{job="shop"})')).toEqual([
          [{ __name__: 'shop_orders_total', job: 'shop', instance: address, route: '/a', tenant: 'one' }, 5],
          [{ __name__: 'shop_orders_total', job: 'shop', instance: address, route: '/b', tenant: 'two' }, 7],
        ]);
        expect(await federated('histogram_quantile(0.5, shop_seconds_bucket{job="shop"})')).toEqual([
          [{ job: 'shop', instance: address }, 0.1],
        ]);
        // Prometheus 2 has no names but those with underscores.
        const [name, label] = prometheus.version.startsWith('2.')
          ? ['odd_name', 'http_route']
          : ['odd.name', 'http.route'];
        expect(await federated('{__name__=~"odd.name"}')).toEqual([
          [{ __name__: name, job: 'odd', instance: 'odd', [label]: '/a' }, 4],
        ]);
      },
      { timeout: 30_000, interval: 200 },
    );

    const written = await stack.waitFor(
      async (s) => {
        const found = await s.promql('sort(shop_orders_total{job="direct"})');
        return found.length === 2 ? found : [];
      },
      { what: 'what Prometheus writes is there' },
    );
    expect(written.map(({ labels, value }) => [labels['tenant'], labels['instance'], value])).toEqual([
      ['one', address, 5],
      ['two', address, 7],
    ]);
    expect((await stack.promql('up{job="direct"}')).map(({ value }) => value)).toEqual([1]);
    // What it federates comes back as well, late: that is out of order by then.
    const { tooOld, refused } = stack.self().received.samples.remoteWrite;
    expect({ tooOld, refused }).toEqual({ tooOld: 0, refused: 0 });
  }, 120_000);
});
