import { SightlineError } from '@sightline/errors';

/** Whether `value` has each of the methods. Drivers are known by their shape: none of them is imported. */
export function hasMethods(value: unknown, ...names: readonly string[]): value is object {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}

/** Whether `value` has each of the numbers, as a field or as a getter. */
export function hasNumbers(value: unknown, ...names: readonly string[]): value is object {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'number');
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * @param owner the check that was given something else: `postgresCheck`
 * @param expected what it takes: `a Pool or a Client of pg`
 */
export function clientError(
  owner: string,
  value: unknown,
  { expected, fix }: { readonly expected: string; readonly fix: string },
): SightlineError {
  return new SightlineError('SIGHTLINE_CHECK_CLIENT', {
    problem: `${owner} got ${kindOf(value)}`,
    expected,
    fix,
  });
}

/** Never the text of a string: a connection string holds a password. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Promise) return 'a Promise';
  const maker: unknown = Reflect.get(value, 'constructor');
  const name = typeof maker === 'function' ? maker.name : '';
  return name === '' || name === 'Object' ? 'an object' : `an object of ${name}`;
}
