/** Most digits of a threshold, of 4 bits each. */
const thresholdDigits = 14;

/**
 * How many spans stand behind one, by the sampling threshold in its tracestate (`ot=th:…`, OTEP 235); 1 without one.
 * With a random value (`rv:…`) it is rounded to a whole number by it, so that counts stay whole.
 */
export function spanWeight(traceState: string): number {
  const members = traceState.split(',').map((member) => member.trim());
  const fields =
    members
      .find((member) => member.startsWith('ot='))
      ?.slice(3)
      .split(';') ?? [];
  const threshold = field(fields, 'th');
  if (threshold === undefined || !/^[\da-f]{1,14}$/.test(threshold)) return 1;
  const rejected = Number.parseInt(threshold.padEnd(thresholdDigits, '0'), 16) / 16 ** thresholdDigits;
  if (rejected >= 1) return 1;
  const weight = 1 / (1 - rejected);
  const random = field(fields, 'rv');
  if (random === undefined || !/^[\da-f]{14}$/.test(random)) return weight;
  const whole = Math.floor(weight);
  return Number.parseInt(random, 16) / 16 ** thresholdDigits < weight - whole ? whole + 1 : whole;
}

const field = (fields: readonly string[], name: string): string | undefined =>
  fields.find((each) => each.startsWith(`${name}:`))?.slice(name.length + 1);
