import { pino } from 'pino';
import type { BoundNames, boundNamesSym } from './bound-names.ts';

/*
 * The parts of a pino instance that writing a line reads. pino exports their symbols; what they hold is not documented,
 * so the version is pinned exactly and `create-logger.test.ts` compares our lines with pino's own.
 */
const { symbols } = pino;
/** These are missing in pino's types. */
const untyped = symbols as unknown as {
  readonly formatOptsSym: never;
  readonly levelValSym: never;
  readonly mixinMergeStrategySym: never;
  readonly msgPrefixSym: never;
  readonly timeSliceIndexSym: never;
};
export const asJsonSym: typeof symbols.asJsonSym = symbols.asJsonSym;
export const chindingsSym: typeof symbols.chindingsSym = symbols.chindingsSym;
export const endSym: typeof symbols.endSym = symbols.endSym;
export const errorKeySym: typeof symbols.errorKeySym = symbols.errorKeySym;
export const formatOptsSym: unique symbol = untyped.formatOptsSym;
export const formattersSym: typeof symbols.formattersSym = symbols.formattersSym;
export const hooksSym: typeof symbols.hooksSym = symbols.hooksSym;
export const levelValSym: unique symbol = untyped.levelValSym;
export const lsCacheSym: typeof symbols.lsCacheSym = symbols.lsCacheSym;
export const messageKeySym: typeof symbols.messageKeySym = symbols.messageKeySym;
export const mixinSym: typeof symbols.mixinSym = symbols.mixinSym;
export const mixinMergeStrategySym: unique symbol = untyped.mixinMergeStrategySym;
export const msgPrefixSym: unique symbol = untyped.msgPrefixSym;
export const needsMetadataGsym: typeof symbols.needsMetadataGsym = symbols.needsMetadataGsym;
export const nestedKeySym: typeof symbols.nestedKeySym = symbols.nestedKeySym;
export const redactFmtSym: typeof symbols.redactFmtSym = symbols.redactFmtSym;
export const serializersSym: typeof symbols.serializersSym = symbols.serializersSym;
export const streamSym: typeof symbols.streamSym = symbols.streamSym;
export const stringifiersSym: typeof symbols.stringifiersSym = symbols.stringifiersSym;
export const timeSliceIndexSym: unique symbol = untyped.timeSliceIndexSym;
export const timeSym: typeof symbols.timeSym = symbols.timeSym;
export const wildcardFirstSym: typeof symbols.wildcardFirstSym = symbols.wildcardFirstSym;
export const writeSym: typeof symbols.writeSym = symbols.writeSym;

export type Serializer = (value: unknown) => unknown;
/** Turns a value into JSON text; made by pino from `redact` paths. */
export type Stringifier = (value: unknown) => string;

/** Marks a transport that chooses between targets. */
export const transportUsesMultistreamGsym = Symbol.for('pino.transport.usesMultistream');

/** A pino instance, as its line writer sees it. */
export interface PinoInstance {
  /** `{"level":"info"` for each level's number. */
  readonly [lsCacheSym]: Readonly<Record<number, string>>;
  /** `,"service":"shop"`: the bindings, already JSON. */
  [chindingsSym]: string;
  [boundNamesSym]?: BoundNames | undefined;
  /** `}\n` */
  readonly [endSym]: string;
  readonly [messageKeySym]: string;
  readonly [errorKeySym]: string;
  readonly [nestedKeySym]: string | null | undefined;
  readonly [serializersSym]: Readonly<Record<string, Serializer | undefined>>;
  readonly [stringifiersSym]: Readonly<Record<string | symbol, Stringifier | undefined>>;
  [formattersSym]: {
    readonly log?: ((object: object) => object) | undefined;
    readonly bindings?: ((bindings: Record<string, unknown>) => object) | undefined;
  };
  /** How arguments of `%j` and `%o` become text; applies `redact` paths. */
  readonly [formatOptsSym]: { readonly stringify: Stringifier };
  /** Where lines go. */
  readonly [streamSym]: PinoStream;
  readonly [mixinSym]: ((object: object, level: number, logger: unknown) => unknown) | undefined;
  readonly [mixinMergeStrategySym]: ((object: object, mixed: unknown) => unknown) | undefined;
  readonly [hooksSym]: { readonly streamWrite?: ((line: string) => string) | undefined };
  readonly [msgPrefixSym]: string | undefined;
  readonly [asJsonSym]: (object: object, message: unknown, level: number, time: string) => string;
  /** `,"time":1700000000000` */
  readonly [timeSym]: () => string;
  /** Where in it the time itself begins. */
  readonly [timeSliceIndexSym]: number;
  readonly [writeSym]: (object: unknown, message: unknown, level: number) => void;
}

/** A stream as pino writes to it: one that asks for it is told about the line first. */
export interface PinoStream {
  write(line: string): void;
  readonly [needsMetadataGsym]?: boolean;
  lastLevel?: number;
  lastObj?: unknown;
  lastMsg?: unknown;
  lastTime?: string;
  lastLogger?: unknown;
}
