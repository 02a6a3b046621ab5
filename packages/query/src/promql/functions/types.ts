import type { ValueType } from '../ast.ts';

/** How a function may be called. Source: https://prometheus.io/docs/prometheus/latest/querying/functions/ */
export interface FunctionType {
  readonly args: readonly ValueType[];
  /** How many arguments may be more than `args`, the last type repeated: 1 makes the last one optional, -1 is any. */
  readonly variadic: number;
  readonly returns: ValueType;
  /** Prometheus asks for `--enable-feature=promql-experimental-functions` first. */
  readonly experimental: boolean;
}

function type(args: readonly ValueType[], options: Partial<FunctionType> = {}): FunctionType {
  return { args, variadic: 0, returns: 'vector', experimental: false, ...options };
}

const ofVector = type(['vector']);
const ofRange = type(['matrix']);
const ofRangeNew = type(['matrix'], { experimental: true });
const ofDate = type(['vector'], { variadic: 1 });
const ofQuery = type([], { returns: 'scalar', experimental: true });
const ofTwo = type(['scalar', 'scalar'], { returns: 'scalar', experimental: true });

function each(names: string, functionType: FunctionType): Record<string, FunctionType> {
  return Object.fromEntries(names.split(' ').map((name) => [name, functionType]));
}

/** Every function of PromQL by its name. */
export const functionTypes: Readonly<Record<string, FunctionType | undefined>> = Object.assign(
  Object.create(null) as Record<string, FunctionType>,
  each('abs absent ceil exp floor ln log10 log2 sgn sort sort_desc sqrt timestamp', ofVector),
  each('acos acosh asin asinh atan atanh cos cosh deg rad sin sinh tan tanh', ofVector),
  each('histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum', ofVector),
  each('day_of_month day_of_week day_of_year days_in_month hour minute month year', ofDate),
  each(
    'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate',
    ofRange,
  ),
  each('last_over_time max_over_time min_over_time present_over_time rate resets', ofRange),
  each('stddev_over_time stdvar_over_time sum_over_time', ofRange),
  each(
    'mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
    ofRangeNew,
  ),
  each('end range start step', ofQuery),
  each('max_of min_of', ofTwo),
  {
    clamp: type(['vector', 'scalar', 'scalar']),
    clamp_max: type(['vector', 'scalar']),
    clamp_min: type(['vector', 'scalar']),
    double_exponential_smoothing: type(['matrix', 'scalar', 'scalar'], { experimental: true }),
    histogram_fraction: type(['scalar', 'scalar', 'vector']),
    histogram_quantile: type(['scalar', 'vector']),
    histogram_quantiles: type(['vector', 'string', 'scalar', 'scalar'], { variadic: 9, experimental: true }),
    info: type(['vector', 'vector'], { variadic: 1, experimental: true }),
    label_join: type(['vector', 'string', 'string', 'string'], { variadic: -1 }),
    label_replace: type(['vector', 'string', 'string', 'string', 'string']),
    pi: type([], { returns: 'scalar' }),
    predict_linear: type(['matrix', 'scalar']),
    quantile_over_time: type(['scalar', 'matrix']),
    round: type(['vector', 'scalar'], { variadic: 1 }),
    scalar: type(['vector'], { returns: 'scalar' }),
    sort_by_label: type(['vector', 'string'], { variadic: -1, experimental: true }),
    sort_by_label_desc: type(['vector', 'string'], { variadic: -1, experimental: true }),
    start_timestamp: type(['vector'], { experimental: true }),
    time: type([], { returns: 'scalar' }),
    vector: type(['scalar']),
  },
);
