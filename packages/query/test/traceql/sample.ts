import type {
  AttributeValue,
  InstrumentationScope,
  Resource,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanStatus,
} from '../../src/traceql/index.ts';

/** Numbers from 0 to 1 that are the same for the same seed: mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface SampleOptions {
  readonly seed: number;
  readonly traces: number;
  /** Since 1970 [s], a whole minute; the traces start within ten minutes from there. */
  readonly baseSeconds: number;
}

const services = ['shop', 'payments', 'stock', 'mail'] as const;
const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses: readonly SpanStatus[] = ['unset', 'unset', 'ok', 'error'];
const names = ['GET /cart', 'POST /order', 'select', 'publish', 'render', 'name'] as const;
const secondsNs = 1_000_000_000n;

/** Traces with a bit of everything that a query can ask for; the same for the same seed. */
export function sampleSpans({ seed, traces, baseSeconds }: SampleOptions): readonly Span[] {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]): T => {
    for (const item of items.slice(Math.floor(random() * items.length))) return item;
    throw new RangeError('nothing to pick from');
  };
  const chance = (ratio: number): boolean => random() < ratio;
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => upTo(16).toString(16)).join('');

  const resources = services.map((service, index): Resource => {
    const own = new Map<string, AttributeValue>([
      ['service.name', service],
      ['service.instance.id', `${service}-0`],
      ['env', index % 2 === 0 ? 'production' : 'staging'],
      ['shards', BigInt(index)],
    ]);
    if (index === 1) own.set('zones', ['a', 'b']);
    return { attributes: own };
  });
  const scopes = ['http', 'pg', 'custom'].map((name, index): InstrumentationScope => ({
    name,
    version: `1.${index}.0`,
    attributes: new Map<string, AttributeValue>(index === 0 ? [['stable', true]] : []),
  }));

  function attributes(): Map<string, AttributeValue> {
    const found = new Map<string, AttributeValue>();
    if (chance(0.7)) found.set('http.route', pick(['/cart', '/order/:id', '/pay']));
    if (chance(0.7)) found.set('http.response.status_code', BigInt(pick([200, 204, 404, 500, 503])));
    if (chance(0.5)) found.set('ratio', pick([0.25, 0.5, 1.5, 20]));
    if (chance(0.5)) found.set('cached', chance(0.5));
    if (chance(0.3)) found.set('env', pick(['production', 'canary']));
    if (chance(0.3)) found.set('tags', pick([['red', 'green'], ['blue'], ['red', 'blue', 'black']]));
    if (chance(0.3))
      found.set(
        'sizes',
        pick([
          [1n, 2n],
          [5n, 6n, 7n],
        ]),
      );
    if (chance(0.2))
      found.set(
        'weights',
        pick([
          [0.5, 1.5],
          [2.5, 3.5],
        ]),
      );
    if (chance(0.2))
      found.set(
        'flags',
        pick([
          [true, false],
          [true, true],
        ]),
      );
    if (chance(0.3)) found.set('mixed', pick<AttributeValue>(['5', 5n, 5, true]));
    if (chance(0.2)) found.set('with blank', pick(['x', 'y']));
    found.set('bytes', BigInt(upTo(5_000)));
    return found;
  }

  function events(startNs: bigint): readonly SpanEvent[] {
    return Array.from({ length: chance(0.4) ? 1 + upTo(3) : 0 }, () => ({
      name: pick(['exception', 'retry', 'log']),
      timeNs: startNs + BigInt(upTo(3_000)) * 1_000_000n,
      attributes: new Map<string, AttributeValue>(
        chance(0.7)
          ? [
              ['exception.type', pick(['TypeError', 'RangeError'])],
              ['attempt', BigInt(upTo(4))],
            ]
          : [],
      ),
    }));
  }

  function links(): readonly SpanLink[] {
    return Array.from({ length: chance(0.2) ? 1 + upTo(2) : 0 }, () => ({
      traceId: pick(['0000000000000000000000000000abcd', '1'.repeat(32)]),
      spanId: pick(['00000000000000ef', '2222222222222222']),
      traceState: '',
      attributes: new Map<string, AttributeValue>([['relation', pick(['follows', 'batch'])]]),
    }));
  }

  function trace(): readonly Span[] {
    // Some ids begin with zeros, which Tempo does not show.
    const traceId = chance(0.2) ? hex(24).padStart(32, '0') : hex(32);
    const startNs =
      BigInt(baseSeconds) * secondsNs + BigInt(upTo(590_000)) * 1_000_000n + BigInt(1 + upTo(999));
    const rootless = chance(0.1);
    const spans: Span[] = [];
    const count = 1 + upTo(14);
    for (let index = 0; index < count; index += 1) {
      const parent = index === 0 ? undefined : pick(spans);
      const spanStartNs = parent === undefined ? startNs : parent.startNs + BigInt(upTo(400_000)) * 1_000n;
      const status = pick(statuses);
      spans.push({
        traceId,
        spanId: hex(16),
        parentSpanId: parent?.spanId ?? (rootless ? 'ffffffffffffffff' : ''),
        traceState: '',
        name: pick(names),
        kind: pick(kinds),
        status,
        statusMessage: status === 'error' ? pick(['boom', 'timeout']) : '',
        startNs: spanStartNs,
        durationNs: BigInt(upTo(3_000_000)) * 1_000n + BigInt(upTo(1_000)),
        resource: pick(resources),
        scope: pick(scopes),
        attributes: attributes(),
        events: events(spanStartNs),
        links: links(),
      });
    }
    return spans;
  }

  return Array.from({ length: traces }, trace).flat();
}

/** Whole steps of every length that is asked for lie between two bases [s]. */
export const baseGridSeconds = 60;
export const sampleBaseSeconds = 1_790_000_400 - (1_790_000_400 % baseGridSeconds);
export const sample = { seed: 1, traces: 40 } as const;
