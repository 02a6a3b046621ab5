/** Makes queries over the sample traces; `random` gives numbers from 0 to 1. */
export function createQueryMaker(random: () => number) {
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[upTo(items.length)] as T;
  const chance = (ratio: number): boolean => random() < ratio;

  const numbers: readonly (() => string)[] = [
    () => pick(['0', '1', '2', '5', '200', '404', '500', '503', '1000', '2500', '4000']),
    () => pick(['0.5', '1.5', '20.0', '.25', '499.5', '2e3']),
  ];
  const durations = ['1ms', '500ms', '1s', '1.5s', '2s', '2500ms', '1m'];
  const texts = {
    name: ['GET /cart', 'select', 'publish', 'nothing'],
    'http.route': ['/cart', '/order/:id', '/pay', ''],
    env: ['production', 'staging', 'canary'],
    service: ['shop', 'payments', 'stock', 'mail'],
    tags: ['red', 'green', 'blue', 'black'],
    mixed: ['5', 'x'],
    message: ['boom', 'timeout', ''],
    event: ['exception', 'retry', 'log'],
    type: ['TypeError', 'RangeError'],
    scope: ['http', 'pg', 'custom'],
  } as const;
  const patterns = ['.*', 's.*', '/c.*|/p.*', '.+e.*', 'GET.*', '[a-m].*', '5'];

  const compare = (): string => pick(['=', '!=', '>', '>=', '<', '<=']);
  const equality = (): string => pick(['=', '!=']);

  function textual(attribute: string, values: readonly string[]): string {
    if (chance(0.25)) return `${attribute} ${pick(['=~', '!~'])} "${pick(patterns)}"`;
    return `${attribute} ${chance(0.8) ? equality() : compare()} "${pick(values)}"`;
  }

  /** Tempo reads spans for series another way, and less of them: what is asked then is what it reads. */
  let forSeries = false;
  const unread = /event|instrumentation|nestedSet|link|tags|sizes|weights|zones|-span/;

  function condition(): string {
    for (;;) {
      const made = pick(conditions)();
      if (!forSeries || !unread.test(made)) return made;
    }
  }

  const conditions: readonly (() => string)[] = [
    () => textual('name', texts.name),
    () => textual('resource.service.name', texts.service),
    () => textual(pick(['.env', 'span.env', 'resource.env']), texts.env),
    () => textual(pick(['.http.route', 'span.http.route']), texts['http.route']),
    () => textual('statusMessage', texts.message),
    () => textual('rootServiceName', texts.service),
    () => textual('rootName', texts.name),
    () => textual('event:name', texts.event),
    () => textual('event.exception.type', texts.type),
    () => textual('instrumentation:name', texts.scope),
    () => `span.tags ${pick(['=', '!=', '=~', '>'])} "${pick(texts.tags)}"`,
    () => `status ${equality()} ${pick(['error', 'ok', 'unset'])}`,
    () =>
      `kind ${equality()} ${pick(['server', 'client', 'internal', 'producer', 'consumer', 'unspecified'])}`,
    () => `duration ${compare()} ${pick(durations)}`,
    () => `traceDuration ${compare()} ${pick(durations)}`,
    () => `event:timeSinceStart ${compare()} ${pick(durations)}`,
    () => `span.http.response.status_code ${compare()} ${pick(numbers)()}`,
    () => `span.bytes ${compare()} ${pick(numbers)()}`,
    () => `span.ratio ${compare()} ${pick(numbers)()}`,
    () => `span.sizes ${compare()} ${upTo(8)}`,
    () => `span.weights ${compare()} ${upTo(4)}.5`,
    () => `span.mixed ${compare()} ${pick([...texts.mixed.map((text) => `"${text}"`), '5', '5.0'])}`,
    () => `span.cached ${equality()} ${pick(['true', 'false'])}`,
    () => `event.attempt ${compare()} ${upTo(4)}`,
    () => `link.relation ${equality()} "${pick(['follows', 'batch'])}"`,
    () => `nestedSetParent ${pick(['=', '!=', '<', '>'])} ${pick(['1', '-1', '2'])}`,
    () =>
      `${pick(['span.ratio', '.env', 'span.tags', 'resource.zones', 'event.attempt', 'span.missing'])} ${equality()} nil`,
    () => `span.bytes ${pick(['+', '-', '*'])} ${1 + upTo(100)} ${compare()} ${pick(numbers)()}`,
    () => `span.http.response.status_code ${pick(['/', '%'])} 100 ${compare()} ${upTo(6)}`,
    () => `${pick(numbers)()} ${compare()} span.bytes`,
    () => `span.bytes ${compare()} span.http.response.status_code`,
    () => `-span.bytes ${compare()} -${upTo(5_000)}`,
  ];

  function field(depth = 0): string {
    if (depth > 2 || chance(0.45)) return condition();
    if (!forSeries && chance(0.08)) return `!(${field(depth + 1)})`;
    const [left, right] = [field(depth + 1), field(depth + 1)];
    const joined = `${left} ${pick(['&&', '&&', '||'])} ${right}`;
    return chance(0.4) ? `(${joined})` : joined;
  }

  const filter = (): string => (chance(0.12) ? '{}' : `{ ${field()} }`);

  function spansets(depth = 0): string {
    if (depth > 1 || chance(0.6)) return filter();
    const op = pick([
      '&&',
      '||',
      '>',
      '>>',
      '<',
      '<<',
      '~',
      '!>',
      '!>>',
      '!<',
      '!<<',
      '!~',
      '&>',
      '&<',
      '&~',
    ]);
    const joined = `${spansets(depth + 1)} ${op} ${spansets(depth + 1)}`;
    return chance(0.3) ? `(${joined})` : joined;
  }

  const groups = [
    'resource.service.name',
    'kind',
    'status',
    'name',
    'span.env',
    '.env',
    'span.cached',
    'span.ratio',
  ];

  const stages: readonly (() => string)[] = [
    () => `count() ${compare()} ${upTo(6)}`,
    () => `${pick(['avg', 'min', 'max', 'sum'])}(duration) ${compare()} ${pick(durations)}`,
    () => `${pick(['avg', 'min', 'max', 'sum'])}(span.bytes) ${compare()} ${upTo(9_000)}`,
    () => `by(${pick(groups)})`,
    () => filter(),
    () =>
      `select(${pick(groups)}, ${pick(['span.tags', 'span.bytes', 'statusMessage', 'resource.zones', 'event.attempt'])})`,
  ];

  function pipeline(): string {
    const parts = [spansets()];
    while (parts.length < 4 && chance(0.35)) parts.push(pick(stages)());
    return parts.join(' | ');
  }

  const functions: readonly ((attribute: string) => string)[] = [
    () => 'rate()',
    () => 'count_over_time()',
    (attribute) => `${pick(['min', 'max', 'avg'])}_over_time(${attribute})`,
    (attribute) => `quantile_over_time(${attribute}, ${pick(['.5', '0.9, 0.99', '0, 1'])})`,
    (attribute) => `histogram_over_time(${attribute})`,
  ];

  function metrics(): string {
    const by = chance(0.5) ? ` by (${pick(groups)}${chance(0.3) ? `, ${pick(groups)}` : ''})` : '';
    forSeries = true;
    const spans = pipeline();
    forSeries = false;
    // A duration that a condition does not let through is none to Tempo.
    const attribute = pick(
      /\bduration\b/.test(spans) ? ['span.bytes'] : ['duration', 'span.bytes', 'traceDuration'],
    );
    const query = `${spans} | ${pick(functions)(attribute)}${by}`;
    if (chance(0.2)) return `(${query}) ${pick(['+', '-', '*', '/'])} ${1 + upTo(9)}`;
    if (chance(0.2)) return `${query} ${pick(['>', '<', '>=', '!='])} ${upTo(3)}`;
    return query;
  }

  return { search: pipeline, metrics };
}
