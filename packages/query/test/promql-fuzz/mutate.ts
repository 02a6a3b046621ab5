/** Queries that between them use all of the language. */
const seedQueries: readonly string[] = [
  'sum by (route) (rate(requests_total{job="api"}[5m]))',
  'histogram_quantile(0.99, sum by (le, route) (rate(duration_seconds_bucket[5m])))',
  'histogram_quantiles(latency, "q", 0.5, 0.9, 0.99)',
  'histogram_fraction(0, 0.2, rate(latency[5m])) / ignoring (job) group_left (version) build_info',
  'topk(3, sum without (instance) (increase(requests_total[1h:5m] offset 1m)))',
  'avg_over_time(up[10m] @ start()) > bool 0.5 or on (job) vector(1)',
  'label_replace(up, "host", "$1", "instance", "(.*):.*") unless up == 0',
  'label_join(up, "a", "-", "job", "instance") and on () limit',
  'count_values("value", memory_bytes) ^ 2 ^ -1',
  'quantile by (job) (0.9, memory_bytes) % 7 atan2 1e3',
  'max_over_time((rate(requests_total[1m]) - 0x1F)[10m:30s] offset -2m @ 1700003400.5)',
  'predict_linear(memory_bytes[10m], 3600) <= -Inf',
  '{"requests_total", job=~"a.+", instance!~"b|c", route!="/"}',
  'absent(nothing{a="b", c=\'d\'}) * NaN + .5',
  'limitk(2, up) + limit_ratio(-0.5, up)',
  'min_of(1, max_of(2, step())) + range() + start() + end() + time() + pi()',
  'rate(requests_total[5m] smoothed) + increase(requests_total[5m] anchored)',
  'up + on (job, instance) fill_left (0) fill_right (1) memory_bytes',
  'info(up, {version=~".+"})',
  'sort_by_label_desc(up, "instance") / scalar(limit)',
  'latency </ 0.5 >/ 0.1',
  'ts_of_max_over_time(memory_bytes[5m]) - timestamp(memory_bytes)',
  'double_exponential_smoothing(memory_bytes[5m], 0.5, 0.5)',
  'sum(up) by (job,) == bool -1h30m # the end',
  'clamp(round(deriv(memory_bytes[5m]), 0.1), -1, 1)',
  'day_of_year(vector(1.7e9)) + -+-1',
  'changes(memory_bytes[step() * 4 + 1m]) + resets(requests_total[(1m)])',
  '"a \\u00e9 \\x41 \\"text\\""',
  'mad_over_time(memory_bytes[5m]) or stddev_over_time(memory_bytes[5m]) or irate(requests_total[5m])',
];

const words = [
  'sum',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'offset',
  '@',
  'bool',
  'and',
  'or',
  'unless',
  'rate',
  'up',
  'start()',
  'end()',
  '[5m]',
  '[5m:1m]',
  '[1ms:1ms]',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  "'",
  '`',
  '\\',
  '#',
  '\n',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '==',
  '!=',
  '=~',
  '!~',
  '</',
  '>/',
  '1',
  '0',
  '-1',
  '1e308',
  '1e-320',
  'NaN',
  'Inf',
  '0x',
  '1y',
  '99y',
  '1_0',
  '_',
  '=~"(a+)+$"',
  '=~"["',
  '=~"a{1000}"',
  '\u0000',
  '\uFFFD',
  '\u{1F600}',
  '\uD800',
  '__name__',
  '__proto__',
  'constructor',
  'le',
  'job',
  'smoothed',
  'anchored',
  'fill(1)',
  'min_of(',
  'topk(1e99,',
  'count_values("x",',
  'label_replace(',
  '"$1"',
  '((((((((((',
  '))))))))))',
] as const;

/** @param below a whole number below its argument */
export function mutated(below: (bound: number) => number): string {
  const pick = (items: readonly string[]): string => items[below(items.length)] ?? '';
  let query = pick(seedQueries);
  for (let changes = below(4); changes >= 0; changes -= 1) {
    const at = below(query.length + 1);
    const to = Math.min(query.length, at + below(12));
    switch (below(6)) {
      case 0:
        query = query.slice(0, at) + query.slice(to);
        break;
      case 1:
        query = query.slice(0, at) + pick(words) + query.slice(at);
        break;
      case 2:
        query = query.slice(0, at) + pick(words) + query.slice(to);
        break;
      case 3:
        query = query.slice(0, to) + query.slice(at);
        break;
      case 4:
        query =
          query.slice(0, at) + String.fromCharCode(below(below(2) === 0 ? 128 : 65_536)) + query.slice(at);
        break;
      default: {
        const other = pick(seedQueries);
        query = query.slice(0, at) + other.slice(below(other.length));
      }
    }
  }
  return query.slice(0, 2000);
}
