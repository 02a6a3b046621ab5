import { freePort } from '../../servers/ports.ts';
import { doctor, doctored } from '../run-doctor.ts';
import type { Plant } from './plant.ts';

export const onTheWay: readonly Plant[] = [
  {
    fault: 'an endpoint where nobody listens',
    found: ['network-port-closed'],
    plant: async (world) =>
      doctored(world, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` }, true, {
        without: ['loki'],
      }),
  },
  {
    fault: 'an endpoint with a name that nobody knows',
    long: true,
    found: ['network-name-unknown'],
    plant: (world) =>
      doctored(world, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://tempo.invalid:4318' }, true, {
        without: ['loki'],
      }),
  },
  {
    fault: 'an endpoint that is another server',
    found: ['network-wrong-place'],
    plant: async (world) =>
      doctored(world, { OTEL_EXPORTER_OTLP_ENDPOINT: (await world.front({})).url }, true, {
        without: ['loki'],
      }),
  },
  {
    fault: 'an endpoint that takes traces for another Tempo',
    found: ['trace-lost'],
    plant: async (world) =>
      doctored(world, { OTEL_EXPORTER_OTLP_ENDPOINT: (await world.fakeTempo()).otlpUrl }, true, {
        without: ['loki'],
      }),
  },
  {
    fault: 'a server that hangs',
    found: ['network-no-answer'],
    plant: async (world) =>
      doctor(world, { options: { tempo: (await world.front({ answer: () => true })).url, timeout: '6s' } }),
  },
  {
    fault: 'TLS where there is none',
    found: ['network-tls'],
    plant: (world) => doctor(world, { options: { loki: world.loki.url.replace('http:', 'https:') } }),
  },
  {
    fault: 'a proxy in the way',
    found: ['network-proxy'],
    plant: async (world) => {
      const proxy = await world.front({
        answer(_request, response) {
          response.writeHead(502, { via: '1.1 squid' }).end('<html>Bad Gateway</html>');
          return true;
        },
      });
      return doctor(world, {
        options: { alertmanager: proxy.url },
        env: { HTTP_PROXY: 'http://proxy:3128' },
      });
    },
  },
  {
    fault: 'a clock that is ten minutes off',
    found: ['clock-skew'],
    plant: async (world) => {
      const skewed = await world.front({
        to: world.alertmanager.url,
        answerHeaders: () => ({ date: new Date(Date.now() - 600_000).toUTCString() }),
      });
      return doctor(world, { options: { alertmanager: skewed.url } });
    },
  },
];
