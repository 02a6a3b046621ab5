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

/** Adds those that are new, so that what is bound again and again takes no more room. */
export function withNames(before: BoundNames | undefined, names: readonly string[]): BoundNames | undefined {
  const added = names.filter((name) => !isBound(before, name));
  if (added.length === 0) return before;
  let bits = before === undefined ? 0 : before.bits;
  for (const name of added) bits |= nameBit(name);
  return { names: added, bits, before };
}

/** Whether a name is bound; asked for every field of a line. */
export function isBound(bound: BoundNames | undefined, name: string): boolean {
  if (bound === undefined || (bound.bits & nameBit(name)) === 0) return false;
  for (let at: BoundNames | undefined = bound; at !== undefined; at = at.before) {
    if (at.names.includes(name)) return true;
  }
  return false;
}

/** The name under which a field stands in the line: `a` of `,"a":1`. */
export function writtenName(field: string): string {
  const [, name = '""'] = /^,("(?:[^"\\]|\\.)*")/.exec(field) ?? [];
  return JSON.parse(name) as string;
}

/**
 * Bindings without those whose names come once more behind them, which is seldom: an object of JSON has each name once.
 *
 * @param bindings as a line has them: `,"a":1,"b":2`
 * @param names of what comes behind them, as they are written
 */
export function withoutRepeated(bindings: string, names: readonly string[]): string {
  const left = JSON.parse(`{${bindings.slice(1)}}`) as Record<string, unknown>;
  const repeated = names.filter((name) => Object.hasOwn(left, name));
  if (repeated.length === 0) return bindings;
  for (const name of repeated) delete left[name];
  const json = JSON.stringify(left).slice(1, -1);
  return json === '' ? '' : `,${json}`;
}
