import { ports as portTable } from '@sightline/conventions';
import type { Server } from '../doctor/facts.ts';

/** What the compose file and the native stack have in common of a server. */
export interface StackServer {
  readonly name: string;
  /** Its page of readiness. */
  readonly ready: string;
  /** The variable that sets its port, as in `compose/.env`. */
  readonly portVariable: string;
  readonly port: number;
  /** What does not work without it. */
  readonly without: string;
  /** Names of its program, and the variable that says where it is. */
  readonly programs: readonly string[];
  readonly programVariable: string;
  /** Where its configuration and its data are in the container. */
  readonly container: { readonly config: string; readonly data: string };
}

export const stackServers: Readonly<Record<Server, StackServer>> = {
  prometheus: {
    name: 'Prometheus',
    ready: '/-/ready',
    portVariable: 'PROMETHEUS_PORT',
    port: portTable.prometheus.port,
    without: 'metrics, alerts and every dashboard',
    programs: ['prometheus'],
    programVariable: 'SIGHTLINE_PROMETHEUS_BINARY',
    container: { config: '/etc/prometheus', data: '/prometheus' },
  },
  alertmanager: {
    name: 'Alertmanager',
    ready: '/-/ready',
    portVariable: 'ALERTMANAGER_PORT',
    port: portTable.alertmanager.port,
    without: 'notifications and silences; alerts are evaluated all the same',
    // The second is what Debian calls it.
    programs: ['alertmanager', 'prometheus-alertmanager'],
    programVariable: 'SIGHTLINE_ALERTMANAGER_BINARY',
    container: { config: '/etc/alertmanager', data: '/alertmanager' },
  },
  loki: {
    name: 'Loki',
    ready: '/ready',
    portVariable: 'LOKI_PORT',
    port: portTable.loki.port,
    without: 'logs, and alerts on them',
    programs: ['loki'],
    programVariable: 'SIGHTLINE_LOKI_BINARY',
    container: { config: '/etc/loki', data: '/loki' },
  },
  tempo: {
    name: 'Tempo',
    ready: '/ready',
    portVariable: 'TEMPO_PORT',
    port: portTable.tempo.port,
    without: 'traces; services have nowhere to send them',
    programs: ['tempo'],
    programVariable: 'SIGHTLINE_TEMPO_BINARY',
    container: { config: '/etc/tempo', data: '/var/tempo' },
  },
  grafana: {
    name: 'Grafana',
    ready: '/api/health',
    portVariable: 'GRAFANA_PORT',
    port: portTable.grafana.port,
    without: 'dashboards; each server still answers queries',
    programs: ['grafana'],
    programVariable: 'SIGHTLINE_GRAFANA_BINARY',
    container: { config: '/etc/grafana', data: '/var/lib/grafana' },
  },
};

/** Ports that no server of its own stands for. */
export const otherPorts = {
  OTLP_HTTP_PORT: portTable.otlpHttp.port,
  OTLP_GRPC_PORT: portTable.otlpGrpc.port,
  LOKI_GRPC_PORT: 9096,
  TEMPO_GRPC_PORT: 9095,
};

/** Ports that profiles of the compose file add. */
export const profilePorts = {
  COLLECTOR_OTLP_GRPC_PORT: 4327,
  COLLECTOR_OTLP_HTTP_PORT: 4328,
  SHOP_PORT: 8080,
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The port of a variable, as the environment sets it. */
export function portOf(env: Environment, variable: string, byDefault: number): number {
  const port = Number(env[variable] ?? '');
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : byDefault;
}

export function serverUrl(env: Environment, server: Server): string {
  const { portVariable, port } = stackServers[server];
  return `http://localhost:${portOf(env, portVariable, port)}`;
}
