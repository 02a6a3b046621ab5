/** Nanoseconds of each unit that a query can name; `d`, `w` and `y` come from Prometheus. */
const unitNs: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
  y: 31_536_000_000_000_000n,
};

/** Prometheus's form: whole numbers, units from large to small, each at most once. */
const prometheusForm = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
/** Go's form: any number of decimal fractions with units up to hours. */
const goForm = /^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/;

/**
 * A duration as TraceQL takes it, `1h30m` or `1.5s` or `2d`.
 *
 * @returns [ns], or `undefined` when the text is none
 */
export function parseDuration(text: string): bigint | undefined {
  if (text === '' || (!prometheusForm.test(text) && !goForm.test(text))) return undefined;
  let totalNs = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d+)(?:\.(\d*))?([a-zµ]+)/g)) {
    const oneNs = unitNs[unit]!;
    totalNs += BigInt(whole) * oneNs;
    if (fraction !== '') totalNs += (BigInt(fraction) * oneNs) / 10n ** BigInt(fraction.length);
  }
  return totalNs > 0x7fff_ffff_ffff_ffffn ? undefined : totalNs;
}

/** A duration as Go prints it: `1h30m0s`, `1.5s`, `20ms`, `0s`. */
export function formatDuration(ns: bigint): string {
  const sign = ns < 0n ? '-' : '';
  const size = ns < 0n ? -ns : ns;
  if (size === 0n) return '0s';
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 1_000n)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 1_000_000n)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = decimal(size % 60_000_000_000n, 1_000_000_000n);
  const hours = minutes / 60n;
  if (minutes === 0n) return `${sign}${seconds}s`;
  return hours === 0n ? `${sign}${minutes}m${seconds}s` : `${sign}${hours}h${minutes % 60n}m${seconds}s`;
}

function decimal(value: bigint, unit: bigint): string {
  const fraction = (value % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`;
}
