/** The words that options and variables choose from. */
export const traceExporters = ['otlp', 'console'] as const;
export const metricExporters = ['prometheus', 'otlp'] as const;
export const logExporters = ['stdout', 'otlp'] as const;
export const debugPaths = ['cpuprofile', 'heapsnapshot'] as const;

export const propagatorNames = ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger'] as const;
export type PropagatorName = (typeof propagatorNames)[number];

/** What OpenTelemetry says about itself, from nothing to everything. */
export const diagnosticLevels = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;
export type DiagnosticLevel = (typeof diagnosticLevels)[number];

/** What is found out about where the process runs. `env` and `os` are known and find nothing of their own. */
export const resourceDetectors = [
  'serviceinstance',
  'process',
  'host',
  'container',
  'k8s',
  'env',
  'os',
] as const;
export type ResourceDetector = (typeof resourceDetectors)[number];
