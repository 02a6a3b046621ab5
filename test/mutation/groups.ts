/** What is tried together: a part of a package, and the tests that answer for it. */
export interface MutationGroup {
  readonly title: string;
  /** Parts with their sources, below the root of the workspace, as globs. Each part has a sample of its own. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
  /** Test files, as globs. Those that start servers or processes read the built files, so they are not among them. */
  readonly tests: readonly string[];
  /** The test file that is asked only when no other notices: it compares all that is generated with what is committed. */
  readonly last?: string;
}

const loki = 'packages/logger/src/loki';
const bootstrap = 'packages/bootstrap/src';
const health = 'packages/health/src';
const alerts = 'packages/alerts/src';

export const groups: Readonly<Record<string, MutationGroup>> = {
  redact: {
    title: 'Censoring',
    parts: {
      'search in text': ['packages/redact/src/{automaton,scanner,characters}.ts'],
      rules: ['packages/redact/src/rules/*.ts'],
      'names of secrets': ['packages/redact/src/{contextual-keys,key-facts,key-words,keys}.ts'],
      URLs: ['packages/redact/src/url.ts'],
      'values and JSON': [
        'packages/redact/src/{engine-classes,json,list-shapes,own-data,redactor,value,value-lists}.ts',
      ],
    },
    // Without `linear.test.ts`, which measures how the time grows.
    tests: ['packages/redact/src/**/!(linear).test.ts'],
  },
  health: {
    title: 'Health',
    parts: {
      'status, damping, dependencies': [
        `${health}/status.ts`,
        `${health}/engine/{damping,graph,outcome,registry}.ts`,
      ],
      'runs of checks': [`${health}/engine/{check-settings,check-unit,run}.ts`],
      'probes and start-up': [
        `${health}/probes/{answerer,probes,render,target}.ts`,
        `${health}/{create-health,process-state,startup,trust}.ts`,
      ],
    },
    tests: ['packages/health/src/**/*.test.ts'],
  },
  shipping: {
    title: 'Shipping',
    parts: {
      'Loki: batches, retries, losses': [
        `${loki}/{backlog,backoff,delivery,entry-queue,push-body,push-request,rate-limit,refusal,shipper,streams,verdict}.ts`,
      ],
      'Loki: the spool': [
        `${loki}/{segment-writer,spool,spool-cursor,spool-orphans,spool-record,spool-segments}.ts`,
      ],
      'OTLP: batches, retries, refusals': [
        `${bootstrap}/otlp/{export-problems,http-post,log-push,metric-encoder,metric-json,metric-names,metrics-push,partial-success,sender,signal-export,transport,verdict}.ts`,
        `${bootstrap}/traces/{span-export,span-pipeline,span-queue,span-batch}.ts`,
      ],
      'waits between tries': ['packages/errors/src/{retry-after,retry-delay}.ts'],
      'the end of the process': [
        `${bootstrap}/lifecycle/deadline.ts`,
        `${bootstrap}/outbox.ts`,
        'packages/logger/src/destinations/{exit-guard,flush-all}.ts',
      ],
    },
    tests: [
      'packages/errors/src/{retry-after,retry-delay}.test.ts',
      'packages/logger/src/loki/*.test.ts',
      'packages/logger/src/destinations/{exit-guard,process-end}.test.ts',
      'packages/bootstrap/src/{otlp,lifecycle}/*.test.ts',
      'packages/bootstrap/src/{,traces/}*.test.ts',
    ],
  },
  rules: {
    title: 'Rule generation',
    parts: {
      'SLOs: windows, burn rates': [`${alerts}/slo/*.ts`],
      'Alertmanager: routes, inhibitions': [
        `${alerts}/alertmanager/{alertmanager-config,alertmanager-options,receivers}.ts`,
      ],
      'rules, links, tests of rules': [
        `${alerts}/{alert-rules,links,promql,rule}.ts`,
        `${alerts}/rule-tests/missing-cases.ts`,
      ],
    },
    tests: ['packages/alerts/src/**/*.test.ts', 'test/drift.test.ts'],
    last: 'test/drift.test.ts',
  },
};
