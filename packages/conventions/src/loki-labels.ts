/** One label of a stream in Loki. */
export interface LokiLabelDefinition {
  /** One sentence: what the value is. */
  readonly help: string;
  /** The field of the line that it is taken from. */
  readonly field: string;
  /** Most values within one service. */
  readonly maxValues: number;
}

/** The labels of a stream. Few on purpose: every combination of values is a stream that Loki keeps open. */
export const lokiLabels = {
  service_name: { help: 'The name of the service.', field: 'service', maxValues: 1 },
  deployment_environment_name: {
    help: 'The environment, such as production.',
    field: 'environment',
    maxValues: 10,
  },
  level: { help: 'The level of the line.', field: 'level', maxValues: 6 },
} as const satisfies Readonly<Record<string, LokiLabelDefinition>>;

/** The name of a label in Loki. */
export type LokiLabelName = keyof typeof lokiLabels;

/** The fields that are stored as structured metadata of a line. */
export const lokiMetadataFields = ['trace_id', 'span_id', 'trace_flags', 'request_id'] as const;
