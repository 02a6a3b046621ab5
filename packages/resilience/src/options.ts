import * as z from 'zod';
import type { Composition, Watcher } from './watcher.ts';

const hasRecognises = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'recognises' in value &&
  typeof value.recognises === 'function';
const isWatcher = (value: unknown): boolean =>
  hasRecognises(value) &&
  typeof (value as Watcher).watch === 'function' &&
  typeof (value as Watcher).kind === 'string';
const isComposition = (value: unknown): boolean =>
  hasRecognises(value) && typeof (value as Composition).members === 'function';

export const resilienceOptionsSchema = z.strictObject({
  /** How many of the last transitions `/status` shows. */
  historyLength: z.int().min(1).max(10_000).default(100),
  /** Watchers of your own, asked before the built-in ones. */
  watchers: z
    .array(z.custom<Watcher<never>>(isWatcher, 'an object with kind, recognises and watch'))
    .readonly()
    .default([]),
  /** Compositions of your own: things whose members are watched in place of them. */
  compositions: z
    .array(z.custom<Composition<never>>(isComposition, 'an object with recognises and members'))
    .readonly()
    .default([]),
});

/** What a caller writes. */
export type ResilienceOptions = z.input<typeof resilienceOptionsSchema>;
/** What our code reads: every key present, frozen. */
export type ResolvedResilienceOptions = Readonly<z.output<typeof resilienceOptionsSchema>>;

export const watchOptionsSchema = z.strictObject({
  /** By which it is known, and the value of a label: from the code, never from a request. */
  name: z.string().min(1).max(100),
  /** Which kind it is, where its shape fits several, or to be told when it is another. */
  kind: z.string().min(1).optional(),
  /** The watcher for it, one of your own or of a subpath: no other is asked. */
  as: z.custom<Watcher<never>>(isWatcher, 'an object with kind, recognises and watch').optional(),
  /** What it does to health while it is unwell: `down` fails readiness, until only a call can show that it is well again. */
  health: z.enum(['degraded', 'down', 'none']).default('degraded'),
});

/** What a caller writes. */
export type WatchOptions = z.input<typeof watchOptionsSchema>;
/** What our code reads. */
export type ResolvedWatchOptions = Readonly<z.output<typeof watchOptionsSchema>>;
