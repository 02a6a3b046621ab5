/** Remembers something of an object, on the object itself. */
export interface Mark<Value> {
  set(thing: object, value: Value): void;
  get(thing: object): Value | undefined;
}

/**
 * A property that nobody sees who does not know its name. A module's own map would not do: a service has what it watches
 * from one copy of this package, and `@sightline/bootstrap`, which is a bundle, watches it with another.
 *
 * @param name the same in every copy, and of every version whose values are alike
 */
export function createMark<Value>(name: string): Mark<Value> {
  const key = Symbol.for(`sightline.resilience.${name}`);
  return {
    set(thing, value) {
      Object.defineProperty(thing, key, { value, configurable: true });
    },
    get: (thing) => (thing as { readonly [key]?: Value })[key],
  };
}
