import { z } from 'zod';

/** One part of a schema's definition. Every kind of schema has its own parts, so they are read by name. */
function partOf(schema: z.ZodType, name: string): unknown {
  return Reflect.get(schema.def, name);
}

function schemasIn(...parts: readonly unknown[]): z.ZodType[] {
  return parts.flat().filter((part) => part instanceof z.ZodType);
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const shape = partOf(schema, 'shape');
  return typeof shape === 'object' && shape !== null ? { ...shape } : {};
}

/** The schema itself, or what stands inside its wrappers (optional, default, union …); several for a union. */
function unwrap(schema: z.ZodType): z.ZodType[] {
  const getter = partOf(schema, 'getter');
  const inside = schemasIn(
    schema.type === 'lazy' && typeof getter === 'function' ? getter() : undefined,
    schema.type === 'union' ? partOf(schema, 'options') : undefined,
    ...['innerType', 'in', 'out', 'left', 'right'].map((name) => partOf(schema, name)),
  );
  return inside.length === 0 ? [schema] : inside.flatMap(unwrap);
}

function stepInto(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  if (typeof key === 'number') {
    const items = partOf(schema, 'items');
    const item: unknown = Array.isArray(items) ? (items[key] ?? partOf(schema, 'rest')) : undefined;
    const found = schemasIn(partOf(schema, 'element'), item);
    if (found.length > 0) return found;
  }
  const shape = shapeOf(schema);
  return schemasIn(
    typeof key === 'string' && Object.hasOwn(shape, key) ? shape[key] : partOf(schema, 'valueType'),
  );
}

/** Every schema that may judge the value at `path`, wrappers included; more than one below a union. */
function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  let found = [schema];
  for (const key of path) found = found.flatMap(unwrap).flatMap((each) => stepInto(each, key));
  return found;
}

/** The keys that the object, or the record with a closed set of keys, at `path` may have. */
export function knownKeysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const keys = new Set<string>();
  for (const each of schemasAt(schema, path).flatMap(unwrap)) {
    for (const key of Object.keys(shapeOf(each))) keys.add(key);
    for (const keyType of schemasIn(partOf(each, 'keyType'))) {
      for (const key of Object.values(partOf(keyType, 'entries') ?? {})) keys.add(String(key));
    }
  }
  return [...keys];
}

/** True when the value at `path` may be left out. */
export function mayBeLeftOut(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  return schemasAt(schema, path).some((each) => each.safeParse(undefined).success);
}

/** True when a Set is allowed at `path`. */
export function takesSet(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  return schemasAt(schema, path)
    .flatMap(unwrap)
    .some((each) => each.type === 'set');
}

/**
 * The numbers that are allowed at `path`, in words: `a whole number from 1 to 10`, `a number above 0`.
 *
 * @returns undefined when no number is allowed there
 */
export function numberRangeAt(schema: z.ZodType, path: readonly PropertyKey[]): string | undefined {
  const found = schemasAt(schema, path)
    .flatMap(unwrap)
    .find((each) => each.type === 'number');
  if (!found) return undefined;
  const rule = z.toJSONSchema(found, { io: 'input', unrepresentable: 'any' });
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum, multipleOf } = rule;
  // Every whole number of zod has these bounds: a fact about doubles, not a rule of the option.
  const low = minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const words = [rule.type === 'integer' ? 'a whole number' : 'a number'];
  if (low !== undefined && high !== undefined) words.push(`from ${low} to ${high}`);
  else if (low !== undefined) words.push(`of at least ${low}`);
  else if (high !== undefined) words.push(`of at most ${high}`);
  if (exclusiveMinimum !== undefined) words.push(`above ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined) words.push(`below ${exclusiveMaximum}`);
  if (multipleOf !== undefined) words.push(`in steps of ${multipleOf}`);
  return words.join(' ');
}
