import { SightlineError } from '@sightline/errors';

type Method = (this: never, ...args: never[]) => unknown;

/**
 * Puts a function in place of a method of one object, and not of its class.
 *
 * @param make is given the method as it was; what it returns takes its place, called with the same `this`
 * @returns takes it off again, given the object; it stays where somebody wrapped it once more meanwhile, as taking off
 *   theirs is not for us: what it counts by then goes to series that are on no page
 * @throws {SightlineError} `SIGHTLINE_WATCH` when the object is frozen; wrap first, so that nothing else is on it then
 */
export function wrapMethod<Name extends PropertyKey, Thing extends { readonly [Key in Name]: Method }>(
  thing: Thing,
  name: Name,
  make: (original: Thing[Name]) => Thing[Name],
): (thing: Thing) => void {
  const before = Object.getOwnPropertyDescriptor(thing, name);
  const wrapper = make(thing[name]);
  const isWrapped = Reflect.defineProperty(thing, name, {
    value: wrapper,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? false,
  });
  if (!isWrapped) throw fixedMethod(name);
  return (given) => {
    if (Object.getOwnPropertyDescriptor(given, name)?.value !== wrapper) return;
    if (before) Object.defineProperty(given, name, before);
    else delete (given as { [Key in Name]?: Method })[name];
  };
}

function fixedMethod(name: PropertyKey): SightlineError {
  return new SightlineError('SIGHTLINE_WATCH', {
    problem: `the method ${String(name)} of what is to be watched cannot be wrapped`,
    expected: 'an object that is not frozen, as the library emits no event that would tell the same',
    fix: 'watch it before it is frozen',
  });
}
