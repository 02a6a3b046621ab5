import type { AnyValue, Attributes, Link, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, createTraceState, trace } from '@opentelemetry/api';

/** Numbers from 0 (inclusive) to 1 (exclusive), the same ones for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const KINDS = [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER];
const STATUSES = [SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR];
const ALPHABETS = ['abc XYZ.019_-', 'äöüßé', '漢字かな', '😀🎉👩‍👩‍👧', '\u0000\u001f"\\\n', '\ud800\udfff'];
const LENGTHS = [0, 1, 2, 7, 39, 40, 41, 42, 60, 126, 127, 128, 129, 300, 5_461, 16_380, 16_384, 40_000];
const NUMBERS = [
  0,
  -0,
  1,
  -1,
  127,
  128,
  0.1,
  -1.5,
  1e21,
  -1e21,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  -(2 ** 63),
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

/** Makes a span of anything that the API takes, and some that it does not, and ends it. */
export function makeRandomSpan(tracer: Tracer, random: () => number): void {
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const text = (longest = LENGTHS.length): string => {
    const length = LENGTHS[below(longest)] ?? 0;
    const alphabet = pick(ALPHABETS);
    return Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join('');
  };
  let serial = 0;
  // Numbered, because two keys that differ in a lone surrogate alone are one in UTF-8.
  const key = (): string => `${text(6)}.${serial++}`;
  const value = (depth = 0): AnyValue => {
    switch (below(depth < 3 ? 9 : 5)) {
      case 0:
      case 1:
        return text(depth === 0 ? LENGTHS.length : 8);
      case 2:
      case 3:
        return pick(NUMBERS);
      case 4:
        return random() < 0.5;
      case 5:
        return null;
      case 6:
        return Array.from({ length: below(5) }, () => value(depth + 1));
      case 7:
        return attributes(below(4), depth + 1);
      default:
        return Uint8Array.from({ length: below(300) }, () => below(256));
    }
  };
  const attributes = (count: number, depth = 0): Attributes =>
    Object.fromEntries(Array.from({ length: count }, () => [key(), value(depth)]));
  const plain = (): Attributes =>
    Object.fromEntries(
      Array.from({ length: below(5) }, () => [
        key(),
        pick<AnyValue>([text(8), pick(NUMBERS), [1, 2], ['a'], [true, false]]),
      ]),
    );
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => below(16).toString(16)).join('');
  const spanContext = (): Link['context'] => ({
    traceId: `1${hex(31)}`,
    spanId: `1${hex(15)}`,
    traceFlags: 1,
    ...(random() < 0.5 ? { isRemote: true } : {}),
    ...(random() < 0.3 ? { traceState: createTraceState('vendor=value,other=1') } : {}),
  });
  const link = (): Link => ({ context: spanContext(), attributes: attributes(below(3)) });

  const context = random() < 0.5 ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext());
  const span = tracer.startSpan(
    text(9),
    {
      kind: pick(KINDS),
      attributes: attributes(below(4)),
      links: Array.from({ length: below(3) }, link),
      ...(random() < 0.3
        ? {
            startTime: pick<number | [number, number]>([1_700_000_000_123.456, [1_700_000_000, 999_999_999]]),
          }
        : {}),
    },
    context,
  );
  span.setAttributes(attributes(below(12)));
  for (let count = below(4); count > 0; count--) span.addEvent(text(6), plain());
  if (random() < 0.3) span.recordException(new RangeError(text(8)));
  if (random() < 0.3) span.addLink(link());
  if (random() < 0.3) span.setStatus({ code: pick(STATUSES), message: text(8) });
  span.end();
}
