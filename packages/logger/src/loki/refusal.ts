/** What Loki said about lines that it will never take. */
export type Refusal =
  /** So many lines of the push; the others are stored. */
  | { readonly kind: 'some'; readonly lines: number }
  /** The whole stream. */
  | { readonly kind: 'all' }
  /** It takes no structured metadata; lines without it are stored. */
  | { readonly kind: 'metadata' }
  /** Not in words that are known: the push may be unreadable for the sake of one line. */
  | { readonly kind: 'unknown' };

/** The ingester's last line, after at most ten reasons: it counts all of them. */
const IGNORED = /total ignored: (\d+) out of \d+ for stream: /;
/** The distributor groups equal reasons, and gives a single one without a count. */
const GROUP = /(?:^|; )(\d+) errors like: /g;
const ENTRY_REASON =
  /has timestamp too (?:old|new): |max entry size '\d+' bytes exceeded for stream |has structured metadata too large: |has too many structured metadata labels: /;
const STREAM_REASON =
  /' has \d+ label names; limit |' has label (?:name|value) too long: |' has duplicate label name: |missing required labels |at least one label pair is required/;
const METADATA_REASON = /includes structured metadata, but this feature is disallowed/;

/**
 * Reads how many lines of a push of one stream Loki refused.
 *
 * @param body of an answer with status 400, whole
 * @example readRefusal("2 errors like: max entry size '256' bytes exceeded for stream …; 1 errors like: …") // 3 lines
 */
export function readRefusal(body: string): Refusal {
  const ignored = IGNORED.exec(body);
  if (ignored) return { kind: 'some', lines: Number(ignored[1]) };
  if (METADATA_REASON.test(body)) return { kind: 'metadata' };
  if (STREAM_REASON.test(body)) return { kind: 'all' };
  if (!ENTRY_REASON.test(body)) return { kind: 'unknown' };
  const groups = [...body.matchAll(GROUP)];
  return { kind: 'some', lines: groups.reduce((sum, group) => sum + Number(group[1]), 0) || 1 };
}
