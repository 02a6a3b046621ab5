/** Something of which nothing is known but that it may have properties. */
export type Loose = Readonly<Record<PropertyKey, unknown>>;

/** Whether it is an object or a function. */
export function isLoose(value: unknown): value is Loose {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Whether it has all these methods, itself or by its class. */
export function hasMethods(value: unknown, ...names: readonly string[]): value is Loose {
  return isLoose(value) && names.every((name) => typeof value[name] === 'function');
}

/** Whether it can be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return hasMethods(value, 'then');
}

/** A number as it is, undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
