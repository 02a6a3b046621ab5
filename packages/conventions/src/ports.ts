/** One TCP port that something of Sightline or of its stack listens on. */
export interface PortDefinition {
  readonly port: number;
  /** One sentence: what answers there. */
  readonly help: string;
}

/** Every port that a document, a compose file or a default names. */
export const ports = {
  admin: { port: 9464, help: 'The admin server of a service: metrics, probes, status.' },
  embeddedStack: {
    port: 4318,
    help: 'The embedded stack, where it takes the place of the OTLP/HTTP receiver.',
  },
  otlpGrpc: { port: 4317, help: 'OTLP over gRPC.' },
  otlpHttp: { port: 4318, help: 'OTLP over HTTP.' },
  grafana: { port: 3000, help: 'Grafana.' },
  prometheus: { port: 9090, help: 'Prometheus.' },
  alertmanager: { port: 9093, help: 'Alertmanager.' },
  loki: { port: 3100, help: 'Loki.' },
  tempo: { port: 3200, help: 'Tempo.' },
} as const satisfies Readonly<Record<string, PortDefinition>>;

/** What a port is for. */
export type PortName = keyof typeof ports;
