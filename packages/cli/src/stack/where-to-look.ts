import { type Server, servers } from '../doctor/facts.ts';
import { otherPorts, portOf, serverUrl, stackServers } from './stack-servers.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What to open and where to send, once everything runs.
 *
 * @param running what runs
 * @param passwordFile where the password of Grafana stands
 * @param targetsFile where services are told to Prometheus
 */
export function whereToLook(
  env: Environment,
  running: readonly Server[],
  { passwordFile, targetsFile }: { readonly passwordFile: string; readonly targetsFile: string },
): string {
  const notes: Readonly<Partial<Record<Server, string>>> = {
    grafana: `user admin, password: cat ${passwordFile}`,
    loki: 'no pages of its own: Grafana, Explore',
    tempo: 'no pages of its own: Grafana, Explore',
  };
  const rows = servers
    .filter((server) => running.includes(server))
    .map((server) => {
      const note = notes[server] === undefined ? '' : `  ${notes[server]}`;
      return `  ${stackServers[server].name.padEnd(14)} ${serverUrl(env, server).padEnd(23)}${note}`.trimEnd();
    });
  const otlp = portOf(env, 'OTLP_HTTP_PORT', otherPorts.OTLP_HTTP_PORT);
  const lines = `${serverUrl(env, 'loki')}/otlp/v1/logs`;
  const sends = [
    ...(running.includes('tempo')
      ? [`    traces with   OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${otlp}`]
      : []),
    ...(running.includes('loki')
      ? [`    lines with    OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=${lines}`]
      : []),
  ];
  return [
    ...rows,
    '',
    ...(sends.length > 0 ? ['  a service on this machine sends', ...sends] : []),
    ...(running.includes('prometheus')
      ? [`  ${sends.length > 0 ? 'and' : 'a service'} is scraped when it stands in ${targetsFile}`]
      : []),
    '  no data? sightline doctor',
  ].join('\n');
}
