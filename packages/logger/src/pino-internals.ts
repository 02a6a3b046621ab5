import { pino } from 'pino';

/*
 * The parts of a pino instance that writing a line reads. pino exports their symbols; what they hold is not documented,
 * so the version is pinned exactly and `create-logger.test.ts` compares our lines with pino's own.
 */
const { symbols } = pino;
export const asJsonSym: typeof symbols.asJsonSym = symbols.asJsonSym;
export const chindingsSym: typeof symbols.chindingsSym = symbols.chindingsSym;
export const endSym: typeof symbols.endSym = symbols.endSym;
export const errorKeySym: typeof symbols.errorKeySym = symbols.errorKeySym;
export const formattersSym: typeof symbols.formattersSym = symbols.formattersSym;
export const hooksSym: typeof symbols.hooksSym = symbols.hooksSym;
export const lsCacheSym: typeof symbols.lsCacheSym = symbols.lsCacheSym;
export const messageKeySym: typeof symbols.messageKeySym = symbols.messageKeySym;
export const mixinSym: typeof symbols.mixinSym = symbols.mixinSym;
/** Missing in pino's types. */
export const msgPrefixSym: unique symbol = (symbols as unknown as { readonly msgPrefixSym: never })
  .msgPrefixSym;
export const needsMetadataGsym: typeof symbols.needsMetadataGsym = symbols.needsMetadataGsym;
export const nestedKeySym: typeof symbols.nestedKeySym = symbols.nestedKeySym;
export const redactFmtSym: typeof symbols.redactFmtSym = symbols.redactFmtSym;
export const serializersSym: typeof symbols.serializersSym = symbols.serializersSym;
export const streamSym: typeof symbols.streamSym = symbols.streamSym;
export const stringifiersSym: typeof symbols.stringifiersSym = symbols.stringifiersSym;
export const timeSym: typeof symbols.timeSym = symbols.timeSym;
export const wildcardFirstSym: typeof symbols.wildcardFirstSym = symbols.wildcardFirstSym;
export const writeSym: typeof symbols.writeSym = symbols.writeSym;

export type Serializer = (value: unknown) => unknown;
/** Turns a value into JSON text; made by pino from `redact` paths. */
export type Stringifier = (value: unknown) => string;

/** A pino instance, as its line writer sees it. */
export interface PinoInstance {
  /** `{"level":"info"` for each level's number. */
  readonly [lsCacheSym]: Readonly<Record<number, string>>;
  /** `,"service":"shop"`: the bindings, already JSON. */
  [chindingsSym]: string;
  /** `}\n` */
  readonly [endSym]: string;
  readonly [messageKeySym]: string;
  readonly [errorKeySym]: string;
  readonly [nestedKeySym]: string | null | undefined;
  readonly [serializersSym]: Readonly<Record<string, Serializer | undefined>>;
  readonly [stringifiersSym]: Readonly<Record<string | symbol, Stringifier | undefined>>;
  readonly [formattersSym]: {
    readonly log?: ((object: object) => object) | undefined;
    readonly bindings?: ((bindings: object) => object) | undefined;
  };
  /** Where lines go. */
  readonly [streamSym]: { write(line: string): void; readonly [needsMetadataGsym]?: boolean };
  readonly [mixinSym]: unknown;
  readonly [hooksSym]: { readonly streamWrite?: unknown };
  readonly [msgPrefixSym]: string | undefined;
  [asJsonSym]: (object: object, message: unknown, level: number, time: string) => string;
  /** `,"time":1700000000000` */
  readonly [timeSym]: () => string;
  readonly [writeSym]: (object: object | null, message: string | undefined, level: number) => void;
}
