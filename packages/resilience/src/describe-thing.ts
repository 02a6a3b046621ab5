import { ownData } from '@sightline/redact';
import { types } from 'node:util';

/** Most names of members that are shown. */
const MAX_MEMBERS = 8;

/** What something is, for an error: its class and the names of its members, and never a value of one. */
export function describeThing(thing: unknown): string {
  if (thing === null || thing === undefined) return String(thing);
  if (typeof thing === 'function') {
    const name = ownData(thing, 'name');
    // A static method may have that name, and its text would be the source of it.
    return `the function ${typeof name === 'string' && name !== '' ? name : 'without a name'}`;
  }
  if (typeof thing !== 'object') return `a ${typeof thing}`;
  if (types.isProxy(thing)) return 'a proxy';
  if (types.isPromise(thing)) return 'a promise, which has to be awaited first';
  if (Array.isArray(thing)) return 'an array';
  const constructor = ownData(thing, 'constructor', true);
  const className = typeof constructor === 'function' ? ownData(constructor, 'name') : undefined;
  const members = memberNames(thing);
  const shown = members.slice(0, MAX_MEMBERS).join(', ') + (members.length > MAX_MEMBERS ? ', …' : '');
  return `an object of class ${typeof className === 'string' ? className : 'unknown'} with ${shown || 'no members'}`;
}

/** Those of the class first, as they tell more. */
function memberNames(thing: object): string[] {
  const prototype = Object.getPrototypeOf(thing) as object | null;
  const inherited =
    prototype === null || prototype === Object.prototype || types.isProxy(prototype)
      ? []
      : Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  return [...new Set([...inherited, ...Object.keys(thing)])];
}
