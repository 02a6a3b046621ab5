/** What a setting of a component may be. */
type Setting = 'any' | 'text' | 'number' | 'boolean' | 'duration' | 'texts' | Shape | readonly [Shape];
interface Shape {
  readonly [name: string]: Setting;
}

const retry: Shape = {
  enabled: 'boolean',
  initial_interval: 'duration',
  max_interval: 'duration',
  max_elapsed_time: 'duration',
};
const queue: Shape = {
  enabled: 'boolean',
  num_consumers: 'number',
  queue_size: 'number',
  block_on_overflow: 'boolean',
  storage: 'text',
};
const tls: Shape = { insecure: 'boolean', ca_file: 'text' };
const timeParser: Shape = { parse_from: 'text', layout_type: 'text', layout: 'text' };
const idParser: Shape = { parse_from: 'text' };

/**
 * The settings that the files here use, of each component, as its `config.schema.yaml` has them in version 0.158; `$` is
 * what every operator of a receiver of files takes.
 */
const components: Readonly<Record<string, Shape>> = {
  'extensions/health_check': { endpoint: 'text', path: 'text' },
  'extensions/file_storage': { directory: 'text', create_directory: 'boolean' },
  'receivers/otlp': {
    protocols: { grpc: { endpoint: 'text', max_recv_msg_size_mib: 'number' }, http: { endpoint: 'text' } },
  },
  'receivers/file_log': {
    include: 'texts',
    exclude: 'texts',
    start_at: 'text',
    exclude_older_than: 'duration',
    include_file_path: 'boolean',
    storage: 'text',
    retry_on_failure: retry,
    operators: [
      {
        type: 'text',
        if: 'text',
        id: 'text',
        on_error: 'text',
        from: 'text',
        to: 'text',
        field: 'text',
        regex: 'text',
        replace_with: 'text',
        parse_from: 'text',
        parse_to: 'text',
        timestamp: timeParser,
        trace_id: idParser,
        span_id: idParser,
        combine_field: 'text',
        combine_with: 'text',
        is_last_entry: 'text',
        source_identifier: 'text',
        max_log_size: 'number',
      },
    ],
  },
  'processors/memory_limiter': {
    check_interval: 'duration',
    limit_percentage: 'number',
    spike_limit_percentage: 'number',
    limit_mib: 'number',
    spike_limit_mib: 'number',
  },
  'processors/batch': { timeout: 'duration', send_batch_size: 'number', send_batch_max_size: 'number' },
  'processors/tail_sampling': {
    decision_wait: 'duration',
    num_traces: 'number',
    expected_new_traces_per_sec: 'number',
    decision_cache: { sampled_cache_size: 'number', non_sampled_cache_size: 'number' },
    policies: [
      {
        name: 'text',
        type: 'text',
        status_code: { status_codes: 'texts' },
        latency: { threshold_ms: 'number', upper_threshold_ms: 'number' },
        probabilistic: { sampling_percentage: 'number', hash_salt: 'text' },
      },
    ],
  },
  'processors/k8s_attributes': {
    passthrough: 'boolean',
    filter: { node_from_env_var: 'text' },
    extract: { metadata: 'texts' },
    pod_association: [{ sources: [{ from: 'text', name: 'text' }] }],
  },
  'exporters/otlp_http': {
    endpoint: 'text',
    headers: 'any',
    tls,
    sending_queue: queue,
    retry_on_failure: retry,
  },
  'exporters/otlp_grpc': {
    endpoint: 'text',
    headers: 'any',
    tls,
    sending_queue: queue,
    retry_on_failure: retry,
  },
  'exporters/loadbalancing': {
    routing_key: 'text',
    protocol: {
      otlp: { endpoint: 'text', tls, timeout: 'duration', sending_queue: queue, retry_on_failure: retry },
    },
    resolver: {
      dns: { hostname: 'text', port: 'text', interval: 'duration', timeout: 'duration' },
      k8s: { service: 'text', ports: 'any' },
    },
    sending_queue: queue,
    retry_on_failure: retry,
  },
};

const telemetry: Shape = {
  logs: { level: 'text', encoding: 'text' },
  metrics: { readers: [{ pull: { exporter: { prometheus: { host: 'text', port: 'number' } } } }] },
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands in place of a value until the start: it may be any. */
const FROM_ENVIRONMENT = /^\$\{env:\w+(?::-[^}]*)?\}/;

function valueProblem(
  path: string,
  value: unknown,
  setting: Exclude<Setting, Shape | readonly [Shape]>,
): readonly string[] {
  const fits = {
    any: true,
    text: typeof value === 'string',
    number: typeof value === 'number' || FROM_ENVIRONMENT.test(String(value)),
    boolean: typeof value === 'boolean',
    duration: /^(?:\d+(?:ms|s|m|h))+$/.test(String(value)),
    texts: Array.isArray(value) && value.every((each) => typeof each === 'string'),
  }[setting];
  return fits ? [] : [`${path} is ${JSON.stringify(value)}, not ${setting}`];
}

function shapeProblems(path: string, value: unknown, shape: Shape): readonly string[] {
  if (value === null) return [];
  if (!isRecord(value)) return [`${path} is no map`];
  return Object.entries(value).flatMap(([name, each]) => {
    const setting = shape[name];
    const at = `${path}.${name}`;
    if (setting === undefined) return [`${at} is unknown`];
    if (typeof setting === 'string') return valueProblem(at, each, setting);
    if (!Array.isArray(setting)) return shapeProblems(at, each, setting as Shape);
    const [item] = setting as readonly [Shape];
    if (!Array.isArray(each)) return [`${at} is no list`];
    return each.flatMap((entry, index) => shapeProblems(`${at}[${index}]`, entry, item));
  });
}

/** What is wrong with a configuration of the Collector: unknown components and settings, and names that lead nowhere. */
export function collectorProblems(config: unknown): readonly string[] {
  if (!isRecord(config)) return ['is no map'];
  const { service, ...kinds } = config;
  const defined = Object.entries(kinds).flatMap(([kind, each]) =>
    Object.entries(isRecord(each) ? each : {}).map(([name, settings]) => ({ kind, name, settings })),
  );
  const problems = defined.flatMap(({ kind, name, settings }) => {
    const shape = components[`${kind}/${name.split('/')[0]}`];
    return shape === undefined
      ? [`${kind}/${name} is a component that is not known here`]
      : shapeProblems(`${kind}.${name}`, settings, shape);
  });
  if (!isRecord(service) || !isRecord(service['pipelines']))
    return [...problems, 'service.pipelines is missing'];
  problems.push(...shapeProblems('service.telemetry', service['telemetry'] ?? {}, telemetry));
  const used = new Set<string>();
  const use = (kind: string, names: unknown): void => {
    for (const name of Array.isArray(names) ? (names as string[]) : []) used.add(`${kind}/${name}`);
  };
  use('extensions', service['extensions']);
  for (const [signal, pipeline] of Object.entries(service['pipelines'])) {
    if (!/^(?:traces|metrics|logs)(?:\/.+)?$/.test(signal))
      problems.push(`service.pipelines.${signal} is no signal`);
    if (!isRecord(pipeline)) continue;
    for (const kind of ['receivers', 'processors', 'exporters']) use(kind, pipeline[kind]);
    // It refuses before anything is kept.
    if (Array.isArray(pipeline['processors']) && pipeline['processors'][0] !== 'memory_limiter')
      problems.push(`service.pipelines.${signal} does not begin with memory_limiter`);
  }
  const there = new Set(defined.map(({ kind, name }) => `${kind}/${name}`));
  return [
    ...problems,
    ...[...used].filter((each) => !there.has(each)).map((each) => `${each} is used and not defined`),
    ...[...there].filter((each) => !used.has(each)).map((each) => `${each} is defined and not used`),
  ];
}
