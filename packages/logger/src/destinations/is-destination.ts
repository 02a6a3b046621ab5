import type { Destination } from './destination.ts';

/** Whether a stream is one of ours, with an end at which nothing is lost. */
export function isDestination(stream: unknown): stream is Destination {
  if (typeof stream !== 'object' || stream === null) return false;
  const { stats, close, write } = stream as Partial<Destination>;
  return typeof stats === 'function' && typeof close === 'function' && typeof write === 'function';
}
