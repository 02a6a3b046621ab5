import fc from 'fast-check';
import { LENGTH_MS, START_MS } from '../../packages/query/test/promql/data.ts';

/** A query and when it asks. */
export interface TestQuery {
  readonly query: string;
  readonly startMs: number;
  /** The same as the start of an instant query. */
  readonly endMs: number;
  /** 0 of an instant query. */
  readonly stepMs: number;
}

/** What a version of Prometheus knows. */
export interface Dialect {
  readonly experimental: boolean;
  readonly native: boolean;
  /** What later versions, as ours, do in another way, and with what reason. */
  readonly changedSince: readonly RegExp[];
}

const labels = ['job', 'instance', 'route', 'version', 'zone', 'le'];
const durations = ['15s', '1m', '90s', '5m', '7m13s', '20m'];
const offsets = ['', '', '', '', ' offset 1m', ' offset 45s', ' offset -2m'];

const eachFunctions = 'abs ceil floor sgn round deg rad sqrt exp ln log2 log10 atan'.split(' ');
const dateFunctions = 'minute hour day_of_week day_of_month day_of_year days_in_month month year'.split(' ');
const rangeFunctions =
  'rate increase delta irate idelta deriv resets changes avg_over_time sum_over_time min_over_time max_over_time count_over_time last_over_time present_over_time stddev_over_time stdvar_over_time'.split(
    ' ',
  );
const newRangeFunctions = ['mad_over_time'];
const aggregations = 'sum avg min max count group stddev stdvar'.split(' ');
const arithmetic = ['+', '-', '*', '/', '^', 'atan2'];
const comparisons = ['==', '!=', '>', '<', '>=', '<='];

function names(dialect: Dialect): readonly string[] {
  const floats = [
    'up',
    'memory_bytes',
    'build_info',
    'requests_total',
    'errors_total',
    'duration_seconds_bucket',
    'duration_seconds_count',
    'duration_seconds_sum',
    'limit',
    'nothing',
  ];
  return dialect.native ? [...floats, 'latency', 'fine', 'custom', 'sizes'] : floats;
}

/** One of each label: the storage puts several into an order of its own, which `absent` then sees. */
const matchers = fc.tuple(
  fc.constantFrom('', '', '', 'job="api"', 'job="web"', 'job!="api"', 'job=~"a.*"', 'job!~"w.+"'),
  fc.constantFrom('', '', '', 'instance="a:1"', 'instance=~"a:1|b:1"', 'instance!=""'),
  fc.constantFrom(
    '',
    '',
    '',
    '',
    'route="/cart"',
    'route=~"/(cart|order)"',
    'route=""',
    'le="+Inf"',
    'zone=~"[ab]"',
  ),
);

const labelList = fc.uniqueArray(fc.constantFrom(...labels), { maxLength: 3 });
const number = fc.oneof(
  fc.constantFrom('0', '1', '2', '-1', '0.5', '3', '10', '100', 'NaN', 'Inf', '-Inf', '1e3', '0x1f'),
  fc.integer({ min: -20, max: 20 }).map(String),
);
const smallNumber = fc.constantFrom('0', '1', '2', '3', '7', '-1', '0.5', '1.5');
const quantile = fc.constantFrom('0', '0.1', '0.5', '0.9', '0.99', '1', '-0.5', '1.5', 'NaN');

/** `@` in the time of the data, on the second. */
const at = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: LENGTH_MS / 1000 })
      .map((seconds) => ` @ ${START_MS / 1000 + seconds}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(' @ start()', ' @ end()') },
);

function selector(dialect: Dialect): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...names(dialect)), matchers)
    .map(([name, parts]) => `${name}{${parts.filter((part) => part !== '').join(',')}}`.replace('{}', ''));
}

/** Queries that are well typed, with few exceptions. */
function expressions(dialect: Dialect): {
  readonly vector: fc.Arbitrary<string>;
  readonly scalar: fc.Arbitrary<string>;
} {
  const bare = selector(dialect);
  const range = rangeFunctions.concat(dialect.experimental ? newRangeFunctions : []);
  const moved = fc.tuple(fc.constantFrom(...offsets), at).map((parts) => parts.join(''));
  // Not both for an instant vector: `timestamp()` of Prometheus forgets the offset beside an `@`.
  const movedOnce = fc.oneof(fc.constantFrom(...offsets), at);
  const { vector, scalar } = fc.letrec<{
    vector: string;
    scalar: string;
    range: string;
    bucket: string;
    ordered: string;
  }>((tie) => ({
    range: fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .tuple(bare, fc.constantFrom(...durations), moved)
          .map(([inner, ms, move]) => `${inner}[${ms}]${move}`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('vector'), fc.constantFrom(...durations), fc.constantFrom('', '15s', '1m', '47s'), moved)
          .map(([inner, ms, step, move]) => `(${inner})[${ms}:${step}]${move}`),
      },
    ),
    // Which of equal values `topk` takes depends on the order of the series, which for other expressions is by chance.
    ordered: fc.oneof(
      fc.tuple(bare, moved).map((parts) => parts.join('')),
      fc
        .tuple(fc.constantFrom(...range), bare, fc.constantFrom(...durations), moved)
        .map(([name, inner, ms, move]) => `${name}(${inner}[${ms}]${move})`),
    ),
    bucket: fc
      .tuple(fc.constantFrom('', 'job, ', 'route, '), fc.constantFrom('2m', '5m'))
      .map(([by, ms]) => `sum by (${by}le) (rate(duration_seconds_bucket[${ms}]))`),
    scalar: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      number,
      fc.constantFrom('time()', 'pi()', 'scalar(limit)'),
      tie('vector').map((inner) => `scalar(${inner})`),
      fc
        .tuple(number, fc.constantFrom(...arithmetic), number)
        .map(([left, op, right]) => `(${left} ${op} ${right})`),
    ),
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(bare, movedOnce).map((parts) => parts.join('')),
      fc.tuple(fc.constantFrom(...range), tie('range')).map(([name, inner]) => `${name}(${inner})`),
      fc.tuple(quantile, tie('range')).map(([value, inner]) => `quantile_over_time(${value}, ${inner})`),
      // Prometheus 2 loses samples of a fixed time on the way from step to step.
      fc
        .tuple(
          dialect.native
            ? tie('range')
            : fc.tuple(bare, fc.constantFrom(...durations)).map(([inner, ms]) => `${inner}[${ms}]`),
          fc.constantFrom('60', '600', '-30'),
        )
        .map(([inner, value]) => `predict_linear(${inner}, ${value})`),
      fc.tuple(fc.constantFrom(...eachFunctions), tie('vector')).map(([name, inner]) => `${name}(${inner})`),
      // Of samples only: the rest of a division by something that was rounded is any number.
      fc.tuple(bare, fc.oneof(bare, number)).map(([left, right]) => `(${left} % ${right})`),
      // Of samples only: the sine of something large that was rounded is any number.
      fc.tuple(fc.constantFrom('sin', 'cos', 'tan'), bare).map(([name, inner]) => `${name}(${inner})`),
      // Of NaN and infinities, the time that Go makes of them depends on the processor.
      fc
        .tuple(fc.constantFrom(...dateFunctions), tie('vector'))
        .map(([name, inner]) => `${name}(timestamp(${inner}) * 7)`),
      fc
        .tuple(tie('vector'), smallNumber, smallNumber)
        .map(([inner, low, high]) => `clamp(${inner}, ${low}, ${high})`),
      fc
        .tuple(fc.constantFrom(...aggregations), fc.constantFrom('by', 'without'), labelList, tie('vector'))
        .map(([op, how, list, inner]) => `${op} ${how} (${list.join(', ')}) (${inner})`),
      fc
        .tuple(
          fc.constantFrom('topk', 'bottomk'),
          smallNumber,
          fc.constantFrom('', ' by (job)', ' without (instance)'),
          tie('ordered'),
        )
        .map(([op, count, by, inner]) => `${op}${by} (${count}, ${inner})`),
      fc
        .tuple(quantile, fc.constantFrom('', ' by (job)'), tie('vector'))
        .map(([value, by, inner]) => `quantile${by} (${value}, ${inner})`),
      // The last digit of a value becomes a label, so nothing that rounds.
      fc.tuple(bare, moved).map(([inner, move]) => `count_values("value", ${inner}${move})`),
      fc
        .tuple(quantile, fc.oneof(tie('bucket'), fc.constant('duration_seconds_bucket')))
        .map(([value, inner]) => `histogram_quantile(${value}, ${inner})`),
      fc
        .tuple(tie('vector'), fc.constantFrom(...arithmetic, ...comparisons), tie('scalar'))
        .map(([left, op, right]) => `(${left} ${op} ${right})`),
      fc
        .tuple(
          tie('scalar'),
          fc.constantFrom(...arithmetic, ...comparisons.map((op) => `${op} bool`)),
          tie('vector'),
        )
        .map(([left, op, right]) => `(${left} ${op} ${right})`),
      fc
        .tuple(
          tie('vector'),
          fc.constantFrom(...arithmetic, ...comparisons, ...comparisons.map((op) => `${op} bool`)),
          fc.constantFrom('on', 'ignoring', ''),
          labelList,
          fc.constantFrom('', '', 'group_left', 'group_right', 'group_left (version)'),
          tie('vector'),
        )
        .map(([left, op, how, list, group, right]) => {
          const match = how === '' ? '' : `${how} (${list.join(', ')}) ${group}`;
          // Since Prometheus 3.10 or so, matches that a comparison leaves out have to be unique too.
          const bool = dialect.native && match !== '' && comparisons.includes(op) ? 'bool' : '';
          return `(${left} ${op} ${bool} ${match} ${right})`;
        }),
      fc
        .tuple(
          tie('vector'),
          fc.constantFrom('and', 'or', 'unless'),
          fc.constantFrom('', 'on (job)', 'ignoring (instance)'),
          tie('vector'),
        )
        .map(([left, op, match, right]) => `(${left} ${op} ${match} ${right})`),
      tie('vector').map((inner) => `-(${inner})`),
      tie('vector').map((inner) => `timestamp(${inner})`),
      tie('vector').map((inner) => `absent(${inner})`),
      tie('range').map((inner) => `absent_over_time(${inner})`),
      tie('scalar').map((inner) => `vector(${inner})`),
      fc
        .tuple(fc.constantFrom('sort', 'sort_desc'), tie('vector'))
        .map(([name, inner]) => `${name}(${inner})`),
      tie('vector').map((inner) => `label_replace(${inner}, "other", "$1-x", "instance", "(.):1")`),
      tie('vector').map((inner) => `label_join(${inner}, "joined", "/", "job", "route")`),
      ...(dialect.native ? nativeFunctions(tie('vector')) : []),
      ...(dialect.experimental
        ? [
            fc.tuple(smallNumber, tie('ordered')).map(([count, inner]) => `limitk(${count}, ${inner})`),
            fc
              .tuple(fc.constantFrom('0.3', '-0.7', '1', '2'), tie('vector'))
              .map(([ratio, inner]) => `limit_ratio(${ratio}, ${inner})`),
            tie('range').map((inner) => `double_exponential_smoothing(${inner}, 0.5, 0.3)`),
          ]
        : []),
    ),
  }));
  return { vector, scalar };
}

function nativeFunctions(vector: fc.Arbitrary<string>): fc.Arbitrary<string>[] {
  return [
    fc
      .tuple(
        fc.constantFrom(
          'histogram_count',
          'histogram_sum',
          'histogram_avg',
          'histogram_stddev',
          'histogram_stdvar',
        ),
        vector,
      )
      .map(([name, inner]) => `${name}(${inner})`),
    fc.tuple(quantile, vector).map(([value, inner]) => `histogram_quantile(${value}, ${inner})`),
    // Of native histograms only: Prometheus 3.5 does not sort the buckets of classic ones.
    fc
      .tuple(
        fc.constantFrom('-1', '0', '0.3'),
        fc.constantFrom('0.1', '1', 'Inf'),
        fc.constantFrom('latency', 'fine', 'custom', 'sizes'),
      )
      .map(([low, high, inner]) => `histogram_fraction(${low}, ${high}, ${inner})`),
  ];
}

/** Queries with the times at which they ask: half of them at one, half of them at many. */
export function testQueries(dialect: Dialect): fc.Arbitrary<TestQuery> {
  const { vector, scalar } = expressions(dialect);
  const query = fc.oneof({ weight: 12, arbitrary: vector }, { weight: 1, arbitrary: scalar });
  const startMs = fc.integer({ min: -60, max: LENGTH_MS / 1000 }).map((seconds) => START_MS + seconds * 1000);
  const instant = fc
    .tuple(query, startMs)
    .map(([text, ms]) => ({ query: text, startMs: ms, endMs: ms, stepMs: 0 }));
  const range = fc
    .tuple(
      query,
      startMs,
      fc.constantFrom(7000, 15_000, 60_000, 300_000),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 6 }),
    )
    .map(([text, ms, stepMs, steps, rest]) => ({
      query: text,
      startMs: ms,
      endMs: ms + steps * stepMs + rest * 1000,
      stepMs,
    }));
  return fc
    .oneof(instant, range)
    .filter((each) => !dialect.changedSince.some((pattern) => pattern.test(each.query)));
}
