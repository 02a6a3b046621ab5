import { startPrometheus } from '../../servers/prometheus.ts';
import { behind, doctor } from '../run-doctor.ts';
import { unhurried } from '../scraped-fronts.ts';
import type { World } from '../world.ts';
import type { Plant } from './plant.ts';

const atTheSame: readonly Plant[] = [
  ['a target that is down', 'down', 'prometheus-target-down'],
  ['a target that relabelling drops', 'dropped', 'prometheus-target-dropped'],
  ['a service that no job has', 'absent', 'prometheus-target-absent'],
  ['a sample limit', 'limited', 'prometheus-sample-limit'],
  ['metrics that relabelling drops', 'relabelled', 'prometheus-metrics-dropped'],
  ['a scrape that takes too long', 'slow', 'prometheus-scrape-slow'],
  ['another process at the address', 'other', 'prometheus-other-process'],
].map(([fault = '', name = '', code = '']) => ({
  fault,
  found: [code],
  plant: (world: World) => doctor(world, { ...behind(world, name), without: ['grafana', 'loki', 'tempo'] }),
}));
const atAnotherPrometheus: Plant = {
  fault: 'samples out of order, an hour of retention, and no Alertmanager',
  found: ['prometheus-samples-refused', 'prometheus-retention', 'alertmanager-not-connected'],
  async plant(world) {
    const { scraped, prometheusPath: path } = world;
    const prometheus = await world.kept(
      startPrometheus({
        path,
        jobs: {},
        scrapeConfigs: [
          {
            job_name: 'stamped',
            static_configs: [{ targets: [scraped.get('stamped')?.host] }],
            ...unhurried,
          },
        ],
        flags: ['--storage.tsdb.retention.time=1h'],
      }),
      (each) => each.stop(),
    );
    return doctor(world, {
      options: { admin: scraped.get('stamped')?.url, prometheus: prometheus.url, wait: '9s' },
      without: ['grafana', 'loki', 'tempo'],
    });
  },
};

export const atPrometheus: readonly Plant[] = [atAnotherPrometheus, ...atTheSame];
