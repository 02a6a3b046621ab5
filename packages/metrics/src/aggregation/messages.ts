import type { WireFamily } from './wire.ts';

/** Told apart from what the app itself sends on the same channel. */
const envelope = { sightline: 'metrics', version: 1 } as const;

type Envelope = typeof envelope;

/**
 * What the collecting side and the others say to each other.
 *
 * `ask`: send what you have. `hello`: here is one who answers. `part`: some families, the last of an answer marked so.
 * `failed`: there is no answer to that question. `bye`: what was sent before is the last.
 */
export type Message = Envelope &
  (
    | { readonly kind: 'ask'; readonly round: number }
    | { readonly kind: 'hello' }
    | {
        readonly kind: 'part';
        readonly round: number;
        readonly families: readonly WireFamily[];
        readonly last: boolean;
      }
    | { readonly kind: 'failed'; readonly round: number }
    | { readonly kind: 'bye' }
  );

export const messages = {
  ask: (round: number): Message => ({ ...envelope, kind: 'ask', round }),
  hello: (): Message => ({ ...envelope, kind: 'hello' }),
  part: (round: number, families: readonly WireFamily[], last: boolean): Message => ({
    ...envelope,
    kind: 'part',
    round,
    families,
    last,
  }),
  failed: (round: number): Message => ({ ...envelope, kind: 'failed', round }),
  bye: (): Message => ({ ...envelope, kind: 'bye' }),
};

/** Whether a message is one of ours, and in the words of this version. */
export function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { sightline, version } = value as Partial<Record<keyof Envelope, unknown>>;
  return sightline === envelope.sightline && version === envelope.version;
}
