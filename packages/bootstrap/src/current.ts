import type { Sightline } from './sightline.ts';

/** Versioned: two copies of this package share the instance only while its shape is the same. */
const CURRENT = Symbol.for('sightline.instance.1');
const ENDED = Symbol.for('sightline.ended-instance.1');

/** The instance of this process (of this thread, in a worker), whichever copy of the package started it. */
export function currentInstance(): Sightline | undefined {
  return Reflect.get(globalThis, CURRENT) as Sightline | undefined;
}

export function setCurrentInstance(instance: Sightline | undefined): void {
  Reflect.set(globalThis, CURRENT, instance);
}

/** The instance has ended: the next `start()` makes one anew. */
export function endInstance(instance: Sightline): void {
  if (currentInstance() !== instance) return;
  setCurrentInstance(undefined);
  Reflect.set(globalThis, ENDED, instance);
}

/** The one that ended last: what the service asks of `sightline` until there is another one. */
export function endedInstance(): Sightline | undefined {
  return Reflect.get(globalThis, ENDED) as Sightline | undefined;
}
