import { readFileSync } from 'node:fs';
import { table } from './markdown.ts';

/** What is used here of a JSON schema. */
interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly default?: unknown;
}

/** A schema of zod, as far as it is needed here. */
interface Schema {
  toJSONSchema(params: { readonly io: 'input'; readonly unrepresentable: 'any' }): JsonSchema;
}

/** A declaration in a source file: the path below `packages/`, `#`, the name. */
type Place = `${string}#${string}`;

interface OptionTable {
  /** Schemas whose keys are in the table; what several have stands where the last of them has it. */
  readonly schemas: readonly Place[];
  /** Other declarations that hold comments of the keys. */
  readonly alsoDocs?: readonly Place[];
  /** Types that a JSON schema cannot say, or says at too great length. */
  readonly types?: Readonly<Record<string, string>>;
  /** Keys that are not options of the caller's. */
  readonly without?: readonly string[];
  /** Who documents a key without a comment; else such a key is a mistake. */
  readonly undocumented?: 'pino';
}

const MEBI = 1024 * 1024;

function urlOf(place: Place): URL {
  return new URL(`../packages/${place.split('#')[0]}`, import.meta.url);
}

function nameOf(place: Place): string {
  return place.split('#')[1] ?? '';
}

/** @returns the JSON schema of what a caller writes; of a function, the one that it makes for a level named `level` */
async function schemaAt(place: Place): Promise<JsonSchema> {
  const module: Readonly<Record<string, Schema | ((levels: readonly string[]) => Schema)>> = await import(
    urlOf(place).href
  );
  const found = module[nameOf(place)];
  if (found === undefined) throw new Error(`${place} is not exported`);
  const schema = typeof found === 'function' ? found(['level']) : found;
  return schema.toJSONSchema({ io: 'input', unrepresentable: 'any' });
}

/** The comments over the keys of one declaration, each in one line. */
function keyComments(source: string, declaration: string): ReadonlyMap<string, string> {
  const from = source.search(new RegExp(`\\b(?:const|interface|function) ${declaration}\\b`));
  if (from === -1) throw new Error(`there is no declaration ${declaration}`);
  const comments = source
    .slice(from, source.indexOf('\n}', from))
    .matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:readonly )?(\w+)\??:/g);
  return new Map(
    Array.from(comments, ([, text = '', key = '']) => [key, text.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim()]),
  );
}

/** The table of the options of a schema: name, type, default, and the comment over the key in the source. */
async function optionTable({
  schemas,
  alsoDocs = [],
  types = {},
  without = [],
  undocumented,
}: OptionTable): Promise<string> {
  const comments = new Map(
    [...alsoDocs, ...schemas].flatMap((place) =>
      Array.from(keyComments(readFileSync(urlOf(place), 'utf8'), nameOf(place))),
    ),
  );
  const rows: (readonly string[])[] = [];

  /** The object in an option, when its keys have comments of their own. */
  function documentedObject(option: JsonSchema): JsonSchema | undefined {
    return [option, ...(option.anyOf ?? [])].find(
      ({ properties }) => properties && Object.keys(properties).every((key) => comments.has(key)),
    );
  }

  function addRows({ properties = {}, required = [] }: JsonSchema, prefix = ''): void {
    for (const [key, option] of Object.entries(properties)) {
      const name = `${prefix}${key}`;
      const comment = comments.get(key);
      if (without.includes(name) || (comment === undefined && undocumented)) continue;
      if (comment === undefined) throw new Error(`${schemas.join(', ')}: no comment over ${name}`);
      const type = types[name] ?? typeOf(option);
      const fallback = required.includes(key) ? 'required' : defaultOf(option);
      rows.push([`\`${name}\``, escaped(type), fallback, escaped(comment)]);
      const nested = types[name] === undefined ? documentedObject(option) : undefined;
      if (nested) addRows(nested, `${name}.`);
    }
  }

  addRows(merged(await Promise.all(schemas.map(schemaAt))));
  return table(['option', 'type', 'default', 'what it does'], rows);
}

function merged(schemas: readonly JsonSchema[]): JsonSchema {
  const properties = new Map<string, JsonSchema>();
  for (const [key, option] of schemas.flatMap((schema) => Object.entries(schema.properties ?? {}))) {
    properties.delete(key);
    properties.set(key, option);
  }
  return {
    properties: Object.fromEntries(properties),
    required: schemas.flatMap(({ required = [] }) => required),
  };
}

function typeOf(schema: JsonSchema): string {
  const { type, const: only, enum: words, anyOf, items, properties, additionalProperties: values } = schema;
  if (only !== undefined) return literal(only);
  if (words) return words.map(literal).join(' | ');
  if (anyOf) return anyOf.map(typeOf).join(' | ');
  if (type === 'array') {
    const element = items ? typeOf(items) : 'unknown';
    return element.includes(' | ') ? `(${element})[]` : `${element}[]`;
  }
  if (properties) {
    const keys = Object.entries(properties).map(([key, value]) => `${key}: ${typeOf(value)}`);
    return `{ ${keys.join(', ')} }`;
  }
  if (type === 'object' && typeof values === 'object') return `Record<string, ${typeOf(values)}>`;
  return type ?? 'unknown';
}

function defaultOf({ default: value }: JsonSchema): string {
  if (value === undefined) return '';
  const text = `\`${literal(value)}\``;
  return typeof value === 'number' && value >= MEBI && value % MEBI === 0
    ? `${text} (${value / MEBI} Mi)`
    : text;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

const destinations = 'logger/src/destinations';
const startOptions = 'bootstrap/src/config/options.ts';
/** Every signal has them as `otlp` does; they stand there. */
const ofOtlp = ['endpoint', 'headers', 'protocol', 'compression', 'timeoutMs'];

/** The built-in checks of `health`, each with its file. */
const healthChecks = {
  httpCheck: 'http',
  tcpCheck: 'tcp',
  dnsCheck: 'dns',
  certificateCheck: 'certificate',
  postgresCheck: 'postgres',
  mysqlCheck: 'mysql',
  redisCheck: 'redis',
  kafkaCheck: 'kafka',
  poolCheck: 'pool',
  diskSpaceCheck: 'disk-space',
  memoryCheck: 'memory',
  eventLoopCheck: 'event-loop',
  breakerCheck: 'breaker',
} as const;

/** The tables of options in the READMEs: package, name between the markers, content. */
export const optionTables: readonly {
  readonly folder: string;
  readonly name: string;
  readonly content: string;
}[] = [
  {
    folder: 'redact',
    name: 'options',
    content: await optionTable({
      schemas: ['redact/src/options.ts#redactOptionsSchema'],
      types: { rules: '(TokenRule | FinderRule)[]' },
    }),
  },
  {
    folder: 'metrics',
    name: 'options',
    content: await optionTable({
      schemas: ['metrics/src/options.ts#metricsOptionsSchema'],
      types: { onProblem: '(problem: SightlineError) => void' },
    }),
  },
  {
    folder: 'logger',
    name: 'options',
    content: await optionTable({
      schemas: ['logger/src/options.ts#loggerOptionsSchema'],
      types: {
        level: 'level',
        levels: 'Record<string, level>',
        redact: 'string[] | RedactOptions & { paths, censor, remove }',
        audit: 'Destination | stream',
      },
      // Only checked together with the options.
      without: ['LOG_LEVEL'],
      undocumented: 'pino',
    }),
  },
  {
    folder: 'logger',
    name: 'stdout options',
    content: await optionTable({ schemas: [`${destinations}/stdout.ts#stdoutOptionsSchema`] }),
  },
  {
    folder: 'logger',
    name: 'file options',
    content: await optionTable({
      schemas: [
        `${destinations}/file-options.ts#fileOptionsSchema`,
        `${destinations}/lane-options.ts#laneOptionsSchema`,
      ],
    }),
  },
  {
    folder: 'logger',
    name: 'loki options',
    content: await optionTable({
      schemas: [
        'logger/src/loki/options.ts#lokiOptionsSchema',
        `${destinations}/lane-options.ts#laneOptionsSchema`,
      ],
      alsoDocs: ['logger/src/loki/options.ts#spoolSchema'],
    }),
  },
  {
    folder: 'http',
    name: 'options',
    content: await optionTable({
      schemas: ['http/src/options.ts#httpServerOptionsSchema'],
      types: { ignore: 'string[] | ((path, method) => boolean)' },
    }),
  },
  {
    folder: 'http',
    name: 'client options',
    content: await optionTable({
      schemas: ['http/src/client/client-options.ts#httpClientOptionsSchema'],
      types: {
        ignore: 'string[] | ((host, path, method) => boolean)',
        propagate: '"all" | string[] | ((host) => boolean)',
      },
    }),
  },
  {
    folder: 'metrics',
    name: 'options',
    content: await optionTable({
      schemas: ['metrics/src/options.ts#metricsOptionsSchema'],
      types: { onProblem: '(problem: SightlineError) => void' },
    }),
  },
  {
    folder: 'resilience',
    name: 'options',
    content: await optionTable({
      schemas: ['resilience/src/options.ts#resilienceOptionsSchema'],
      types: { watchers: 'Watcher[]', compositions: 'Composition[]' },
    }),
  },
  {
    folder: 'resilience',
    name: 'watch options',
    content: await optionTable({
      schemas: ['resilience/src/options.ts#watchOptionsSchema'],
      types: { as: 'Watcher' },
    }),
  },
  {
    folder: 'local',
    name: 'options',
    content: await optionTable({ schemas: ['local/src/stack/options.ts#localOptionsSchema'] }),
  },
  {
    folder: 'health',
    name: 'options',
    content: await optionTable({
      schemas: ['health/src/options.ts#healthOptionsSchema'],
      alsoDocs: [
        'health/src/options.ts#pressureOptionsSchema',
        'health/src/options.ts#watchdogOptionsSchema',
      ],
      types: { onProblem: '(problem: SightlineError) => void' },
    }),
  },
  {
    folder: 'health',
    name: 'drain options',
    content: await optionTable({ schemas: ['health/src/drain/drain-options.ts#drainOptionsSchema'] }),
  },
  ...(await Promise.all(
    Object.entries(healthChecks).map(async ([name, file]) => ({
      folder: 'health',
      name: `${name} options`,
      content: await optionTable({
        schemas: [`health/src/checks/${file}.ts#${name}OptionsSchema`],
        types: { url: 'string | URL', expectBody: 'string | RegExp | (body: string) => boolean' },
      }),
    })),
  )),
  {
    folder: 'dashboards',
    name: 'options',
    content: await optionTable({
      schemas: ['dashboards/src/options.ts#dashboardOptionsSchema'],
      types: { thresholds: 'numbers by name' },
    }),
  },
  {
    folder: 'dashboards',
    name: 'client options',
    content: await optionTable({ schemas: ['dashboards/src/api/grafana-options.ts#grafanaOptionsSchema'] }),
  },
  {
    folder: 'dashboards',
    name: 'push options',
    content: await optionTable({ schemas: ['dashboards/src/api/push-options.ts#pushOptionsSchema'] }),
  },
  {
    folder: 'alerts',
    name: 'options',
    content: await optionTable({
      schemas: ['alerts/src/options.ts#alertOptionsSchema'],
      alsoDocs: ['alerts/src/thresholds.ts#thresholdsSchema'],
    }),
  },
  {
    folder: 'alerts',
    name: 'slo options',
    content: await optionTable({
      schemas: ['alerts/src/slo/slo-options.ts#sloSchema'],
      types: { sli: 'see below' },
    }),
  },
  {
    folder: 'alerts',
    name: 'alertmanager options',
    content: await optionTable({
      schemas: ['alerts/src/alertmanager/alertmanager-options.ts#alertmanagerOptionsSchema'],
      types: {
        receivers: 'see below',
        teams: 'Record<string, { services: string[], receivers }>',
        workingHours: '{ days: string, from: string, to: string, timeZone: string }',
        deadMansSwitch: '{ url: secret }',
      },
    }),
  },
  {
    folder: 'bootstrap',
    name: 'options',
    content: await optionTable({
      schemas: [`${startOptions}#startOptionsSchema`],
      types: {
        service: 'see below',
        resourceAttributes: 'Attributes',
        otlp: 'see below',
        traces: 'see below',
        metrics: 'see below',
        logs: 'see below',
        http: 'HttpServerOptions',
        httpClient: 'HttpClientOptions',
        admin: 'see below',
        health: 'HealthOptions',
        shutdown: 'see below',
        redact: 'RedactOptions',
        plugins: 'Plugin[]',
        instrumentations: 'Instrumentation[]',
      },
    }),
  },
  {
    folder: 'bootstrap',
    name: 'service options',
    content: await optionTable({ schemas: [`${startOptions}#serviceOptionsSchema`] }),
  },
  {
    folder: 'bootstrap',
    name: 'otlp options',
    content: await optionTable({ schemas: [`${startOptions}#otlpOptionsSchema`] }),
  },
  {
    folder: 'bootstrap',
    name: 'traces options',
    content: await optionTable({
      schemas: [`${startOptions}#tracesOptionsSchema`],
      alsoDocs: ['sampler', 'bias', 'spanLimits', 'batch'].map(
        (part) => `${startOptions}#${part}OptionsSchema` as const,
      ),
      without: ofOtlp,
    }),
  },
  {
    folder: 'bootstrap',
    name: 'metrics options',
    content: await optionTable({ schemas: [`${startOptions}#metricsOptionsSchema`], without: ofOtlp }),
  },
  {
    folder: 'bootstrap',
    name: 'logs options',
    content: await optionTable({
      schemas: [`${startOptions}#logsOptionsSchema`],
      alsoDocs: [`${startOptions}#batchOptionsSchema`],
      types: {
        logger: 'LoggerOptions',
        destinations: '(Destination | { destination: Destination, level?: string | number })[]',
      },
      without: ofOtlp,
    }),
  },
  {
    folder: 'bootstrap',
    name: 'admin options',
    content: await optionTable({
      schemas: [`${startOptions}#adminOptionsSchema`],
      alsoDocs: [`${startOptions}#debugOptionsSchema`],
    }),
  },
  {
    folder: 'bootstrap',
    name: 'shutdown options',
    content: await optionTable({ schemas: [`${startOptions}#shutdownOptionsSchema`] }),
  },
];
