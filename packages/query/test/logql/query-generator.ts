import type { createRandom } from './log-data.ts';

type Random = ReturnType<typeof createRandom>;

const selectors = [
  '{app="shop"}',
  '{app=~"shop|pay"}',
  '{app=~".+"}',
  '{app="mixed"}',
  '{kind="json", env!="dev"}',
  '{app=~"w.*", instance="a"}',
  '{app!~"x", env="prod"}',
  '{env=~"(?i)PROD"}',
  '{service_name="pay"}',
];
const texts = ['error', 'level', '200', 'slow', 'GET', '', 'ü', '🚀', '"', 'a.b', '[', 'done in', '10.0.0'];
const expressions = [
  'err.*',
  'GET|POST',
  '(?i)ERROR',
  '\\\\d{3}',
  '.+',
  '.*',
  'o{2}',
  '^level',
  '[a-c]+$',
  'slow|fail',
  '\\\\s',
  'x?',
  '(shop|pay)',
];
const patterns = ['<_>level<_>', '<_>', 'level=<_>', '<_> <_>', '<_>"<_>', '<_>done'];
const addresses = ['10.0.0.1', '10.0.0.0/8', '192.168.0.0-192.168.255.255', '2001:db8::/32', '::1'];
const labels = [
  'level',
  'status',
  'app',
  'msg',
  'http_method',
  'http_route',
  'duration',
  'size',
  'latency',
  'counter',
  'ip',
  'trace_id',
];
const more = [
  'level_extracted',
  'app_extracted',
  'nothing',
  'env',
  'kind',
  'bytes',
  'ok',
  'err_type',
  'detected_level',
  'a',
  'n',
  '__error__',
];
const values = ['error', 'info', '200', '500', 'shop', 'GET', '/orders', '', 'a', 'true', 'warn', 'x'];
const numbers = ['200', '404', '5', '0', '1.5', '-1', '1e2', '250'];
const durations = ['1s', '250ms', '12ms', '1m30s', '0.5s'];
const sizes = ['1KB', '512B', '2KB', '2MB'];
const templates = [
  '{{.level}}',
  '{{.status}} {{.msg}}',
  '{{ .msg | upper }}',
  '{{ if .ok }}{{.ok}}{{ else }}none{{ end }}',
  'x',
  '{{ __line__ | trunc 10 }}',
  '{{ default "d" .nothing }}',
  '{{ div .status .counter }}',
  '{{ .http_route | replace "/" "-" }}',
  '{{ range $k, $v := fromJson __line__ }}{{ $k }};{{ end }}',
  '{{ duration .duration }}',
  '{{ add .counter 1 | mul 2 }}',
];

function quoted(text: string): string {
  return `"${text.includes('\\\\') ? text : text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function label(random: Random): string {
  return random.pick(random.below(3) === 0 ? more : labels);
}

function times<Item>(random: Random, least: number, most: number, make: () => Item): readonly Item[] {
  return Array.from({ length: least + random.below(most - least + 1) }, make);
}

function lineFilter(random: Random): string {
  switch (random.below(6)) {
    case 0: {
      return `|~ ${quoted(random.pick(expressions))}`;
    }
    case 1: {
      return `!~ ${quoted(random.pick(expressions.slice(0, 4)))}`;
    }
    case 2: {
      return `${random.pick(['|=', '!='])} ip("${random.pick(addresses)}")`;
    }
    case 3: {
      return `${random.pick(['|>', '!>'])} ${quoted(random.pick(patterns))}`;
    }
    default: {
      const terms = times(random, 1, 3, () => quoted(random.pick(texts)));
      return `${random.pick(['|=', '|=', '!='])} ${terms.join(' or ')}`;
    }
  }
}

function parser(random: Random): string {
  return random.pick([
    '| json',
    '| json',
    '| json',
    '| logfmt',
    '| logfmt --strict',
    '| logfmt --keep-empty',
    '| json level, status="status", route="http.route"',
    '| json t="tags[1]", a="o.list[0].a", nothing="no"',
    '| json app="level", x="http.headers[\\"x-id\\"]"',
    '| logfmt level, status="bytes"',
    '| pattern "<ip> <_> <rest>"',
    '| pattern "<_>level<level> <_>"',
    '| regexp "(?P<status>\\\\d{3})"',
    '| regexp "(?P<level>err|info|warn)(?P<a>or)?"',
    '| unpack',
  ]);
}

function comparison(random: Random): string {
  return random.pick(['>', '>=', '<', '<=', '==', '!=', '=']);
}

function labelFilter(random: Random, depth = 0): string {
  switch (random.below(depth > 1 ? 5 : 8)) {
    case 0: {
      return `${label(random)} ${comparison(random)} ${random.pick(numbers)}`;
    }
    case 1: {
      return `${random.pick(['duration', 'latency'])} ${comparison(random)} ${random.pick(durations)}`;
    }
    case 2: {
      return `${random.pick(['size', 'bytes', 'counter'])} ${comparison(random)} ${random.pick(sizes)}`;
    }
    case 3: {
      return `${label(random)}${random.pick(['=~', '!~'])}${quoted(random.pick(expressions))}`;
    }
    case 4: {
      return `${label(random)}${random.pick(['=', '!='])}${quoted(random.pick(values))}`;
    }
    case 5: {
      return `ip ${random.pick(['=', '!='])} ip("${random.pick(addresses)}")`;
    }
    case 6: {
      return `(${labelFilter(random, depth + 1)} ${random.pick(['or', 'and'])} ${labelFilter(random, depth + 1)})`;
    }
    default: {
      return `${labelFilter(random, depth + 1)}${random.pick([' or ', ' and ', ', ', ' '])}${labelFilter(random, depth + 1)}`;
    }
  }
}

function otherStage(random: Random): string {
  switch (random.below(7)) {
    case 0: {
      return `| line_format ${quoted(random.pick(templates))}`;
    }
    case 1: {
      return `| label_format ${label(random).replace('__error__', 'b')}=${quoted(random.pick(templates))}`;
    }
    case 2: {
      return `| label_format renamed=${label(random)}`;
    }
    case 3: {
      return `| drop ${times(random, 1, 3, () => label(random)).join(', ')}`;
    }
    case 4: {
      return `| keep ${label(random)}, ${label(random)}="${random.pick(values)}"`;
    }
    case 5: {
      return '| decolorize';
    }
    default: {
      return `| drop __error__, ${label(random)}=~"${random.pick(expressions.slice(0, 3))}"`;
    }
  }
}

function stage(random: Random): string {
  switch (random.below(8)) {
    case 0:
    case 1: {
      return lineFilter(random);
    }
    case 2:
    case 3: {
      return parser(random);
    }
    case 4:
    case 5: {
      return `| ${labelFilter(random)}`;
    }
    case 6: {
      return '| __error__=""';
    }
    default: {
      return otherStage(random);
    }
  }
}

/** A query of log lines. */
export function generateLogQuery(random: Random): string {
  return [random.pick(selectors), ...times(random, 0, 4, () => stage(random))].join(' ');
}

const groupings = [
  '',
  'by (app)',
  'by (level)',
  'by (status)',
  'by ()',
  'without (msg, trace_id, user)',
  'by (app, env)',
  'by (__error__)',
];
const ranges = ['[1m]', '[2m]', '[5m]', '[30s]', '[90s] offset 1m', '[3m] offset 30s'];
const unwraps = [
  '| unwrap latency',
  '| unwrap counter',
  '| unwrap status',
  '| unwrap duration(duration)',
  '| unwrap bytes(size)',
  '| unwrap bytes',
];

function rangeAggregation(random: Random): string {
  const selector = random.pick(selectors);
  const stages = times(random, 0, 3, () => stage(random)).join(' ');
  if (random.below(2) === 0) {
    const operation = random.pick([
      'count_over_time',
      'rate',
      'bytes_over_time',
      'bytes_rate',
      'absent_over_time',
    ]);
    return `${operation}(${selector} ${stages} ${random.pick(ranges)})`;
  }
  const operation = random.pick([
    'sum_over_time',
    'avg_over_time',
    'min_over_time',
    'max_over_time',
    'stddev_over_time',
    'stdvar_over_time',
    'quantile_over_time',
    'first_over_time',
    'last_over_time',
    'rate',
    'rate_counter',
  ]);
  const grouped = operation !== 'sum_over_time' && operation !== 'rate' && operation !== 'rate_counter';
  const filter = random.pick(['| __error__=""', '| __error__=""', '', '| level="error"']);
  const parameter = operation === 'quantile_over_time' ? `${random.pick(['0.5', '0.99', '0', '1'])}, ` : '';
  const unwrapped = `${selector} ${random.pick(['| json', '| logfmt', stages])} ${random.pick(unwraps)} ${filter}`;
  return `${operation}(${parameter}${unwrapped} ${random.pick(ranges)}) ${grouped ? random.pick(groupings) : ''}`;
}

/** A query of numbers. */
export function generateMetricQuery(random: Random, depth = 0): string {
  switch (random.below(depth > 1 ? 4 : 7)) {
    case 0: {
      return rangeAggregation(random);
    }
    case 1:
    case 2:
    case 3: {
      // No avg: Loki makes it of two parts, whose labels may differ once a stage has made some.
      const operation = random.pick(['sum', 'sum', 'sum', 'min', 'max', 'count', 'stddev', 'stdvar']);
      return `${operation} ${random.pick(groupings)} (${rangeAggregation(random)})`;
    }
    case 4: {
      const operator = random.pick(['+', '-', '*', '/', '>', '<', '==', '!=', '>= bool', '<= bool']);
      return `${generateMetricQuery(random, depth + 1)} ${operator} ${random.pick(numbers)}`;
    }
    case 5: {
      const operator = random.pick(['+', '/', '>', 'and', 'or', 'unless', '== bool']);
      const matching = random.pick(['', '', 'on (app)', 'ignoring (level, env)']);
      return `${generateMetricQuery(random, depth + 1)} ${operator} ${matching} ${generateMetricQuery(random, depth + 1)}`;
    }
    default: {
      return `label_replace(${generateMetricQuery(random, depth + 1)}, "x", "$1", "${label(random)}", "(.).*")`;
    }
  }
}
