/** On a pino instance: the names that are bound. */
export const boundNamesSym: unique symbol = Symbol('sightline.boundNames');

export interface BoundNames {
  readonly names: readonly string[];
  /** Bits of these names and of those before. */
  readonly bits: number;
  /** What was bound before them, by a parent or earlier. */
  readonly before: BoundNames | undefined;
}

/** One of 32 bits for a name: where it is not set, the name is not there. As cheap as can be: fields of all lines are asked for. */
function nameBit(name: string): number {
  return 1 << (name.charCodeAt(0) + name.length);
}

export function withNames(before: BoundNames | undefined, names: readonly string[]): BoundNames {
  let bits = before === undefined ? 0 : before.bits;
  for (const name of names) bits |= nameBit(name);
  return { names, bits, before };
}

/** Whether a name is bound; asked for every field of a line. */
export function isBound(bound: BoundNames | undefined, name: string): boolean {
  if (bound === undefined || (bound.bits & nameBit(name)) === 0) return false;
  for (let at: BoundNames | undefined = bound; at !== undefined; at = at.before) {
    if (at.names.includes(name)) return true;
  }
  return false;
}

/**
 * Bindings without those whose names come once more behind them, which is seldom: an object of JSON has each name once.
 *
 * @param bindings as a line has them: `,"a":1,"b":2`
 * @param fields what comes behind them, written in the same way
 */
export function withoutRepeated(bindings: string, fields: string): string {
  const left = parsed(bindings);
  const repeated = Object.keys(parsed(fields)).filter((name) => Object.hasOwn(left, name));
  if (repeated.length === 0) return bindings;
  for (const name of repeated) delete left[name];
  const json = JSON.stringify(left).slice(1, -1);
  return json === '' ? '' : `,${json}`;
}

function parsed(fields: string): Record<string, unknown> {
  return JSON.parse(`{${fields.slice(1)}}`) as Record<string, unknown>;
}
