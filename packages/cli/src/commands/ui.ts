import { once } from 'node:events';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { endpoint } from '../http/endpoint.ts';
import { isPort } from '../option-checks.ts';
import { onPort } from '../stack/port-option.ts';
import { chosenUrl, serverOptions, tenantHeaders } from '../stack/server-options.ts';
import { environmentOf } from '../stack/stack-environment.ts';

const { grafana: _grafana, 'grafana-token-file': _token, ...urls } = serverOptions;

export const ui = defineCommand({
  name: 'ui',
  summary: 'Serves the web app of the embedded stack over real servers',
  description: [
    'Services, logs, traces, metrics, alerts and dashboards of a Prometheus, Loki, Tempo and Alertmanager that run elsewhere, in the ' +
      'pages that sightline dev has. It hands on what the pages ask, and nothing that changes a server but silences. Until Ctrl-C.',
    'Credentials for one server stand in its URL; they are sent by this process, and no browser sees them.',
  ],
  options: {
    ...urls,
    port: {
      type: 'string',
      value: 'port',
      default: '4319',
      help: 'Where it listens; 0 takes a free one',
      check: isPort,
    },
  },
  examples: [
    'sightline ui',
    'sightline ui --prometheus https://prometheus.example.com --port 8080',
    'sightline ui --loki http://loki-gateway.monitoring.svc --tenant platform',
  ],
  endsByItself: true,
  async run({ io, values, note }) {
    const { startViewer } = await import('@sightline/local');
    const env = environmentOf(io);
    const at = (server: 'prometheus' | 'loki' | 'tempo' | 'alertmanager') => {
      const { url, headers } = endpoint(
        chosenUrl(env, { ...values, grafana: serverOptions.grafana.default }, server),
      );
      return { url, headers: { ...headers, ...tenantHeaders(values.tenant) } };
    };
    const viewer = await onPort(
      { port: values.port },
      startViewer({
        port: Number(values.port),
        prometheus: at('prometheus'),
        loki: at('loki'),
        tempo: at('tempo'),
        alertmanager: at('alertmanager'),
      }),
    );
    try {
      note(`the web app is at ${viewer.url}; Ctrl-C ends it`);
      if (!io.signal.aborted) await once(io.signal, 'abort');
      return { exitCode: exitCodes.ok, result: { url: viewer.url }, text: '' };
    } finally {
      await viewer.close();
    }
  },
});
