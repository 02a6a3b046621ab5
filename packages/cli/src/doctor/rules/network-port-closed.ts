import { networkRule } from './network.ts';

export const networkPortClosed = networkRule({
  code: 'network-port-closed',
  when: 'Nobody listens at an address',
  failures: ['refused', 'not-allowed'],
  seen: 'takes no connection',
  fix({ part }) {
    if (part === 'app') {
      return 'start the service, or name its admin server with --admin; in a container, publish the port, and OTEL_EXPORTER_PROMETHEUS_HOST must not be 127.0.0.1; or leave it out (--without app)';
    }
    if (part === 'otlp') {
      return 'start what takes traces there, or set OTEL_EXPORTER_OTLP_ENDPOINT of the service to where it is; --otlp names it here; in a container, localhost is the container itself';
    }
    return 'start the stack (sightline up, or sightline dev without servers), or name where it is (--prometheus and its like); in a container, publish the port; leave out what is not there (--without)';
  },
});
