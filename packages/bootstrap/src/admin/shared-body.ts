/** What is made of all bodies together. */
export interface KeptParts {
  /** Of parts that some have read and others have not. */
  bytes: number;
}

/** A body that is made once, while it is read by several. */
export interface SharedBody {
  /** How many read it. */
  readonly readers: number;
  /** One more, from the first part on: to be called before anything is read. */
  enter(): BodyReader;
}

export interface BodyReader {
  /** @returns undefined at the end. @throws what the body throws, and when others have read too far ahead */
  next(): Promise<Uint8Array | undefined>;
  /** Reads no more; with the last one the body ends. */
  leave(): void;
}

interface Place {
  at: number;
  isCut: boolean;
}

/** Most that is kept [bytes]; those who have read least lose their place then. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Each part is made when the first one wants it, and kept until the last one has it.
 *
 * @param body not begun yet
 * @param onPart called for each part that is made
 */
export function shareBody(
  body: AsyncIterable<string | Uint8Array>,
  kept: KeptParts,
  onPart: () => void,
  maxKeptBytes = MAX_KEPT_BYTES,
): SharedBody {
  const places = new Set<Place>();
  const parts: Uint8Array[] = [];
  let source: AsyncIterator<string | Uint8Array> | undefined;
  /** The number of the first part that is kept. */
  let firstAt = 0;
  let making: Promise<void> | undefined;
  let hasEnded = false;
  let failure: { readonly error: unknown } | undefined;

  async function make(): Promise<void> {
    try {
      source ??= body[Symbol.asyncIterator]();
      const { done, value } = await source.next();
      hasEnded ||= done === true;
      if (hasEnded) return;
      const part = typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array);
      parts.push(part);
      kept.bytes += part.byteLength;
      onPart();
    } catch (error) {
      failure = { error };
    } finally {
      making = undefined;
    }
  }

  /** What all have read. */
  function forget(): void {
    const leastAt = Math.min(...Array.from(places, ({ at }) => at));
    for (; firstAt < leastAt && parts.length > 0; firstAt++) kept.bytes -= parts.shift()?.byteLength ?? 0;
  }

  function makeRoom(mostAt: number): void {
    while (kept.bytes > maxKeptBytes && firstAt < mostAt && parts.length > 1) {
      for (const place of places) {
        if (place.at > firstAt) continue;
        place.isCut = true;
        places.delete(place);
      }
      forget();
    }
  }

  async function read(place: Place): Promise<Uint8Array | undefined> {
    for (;;) {
      if (place.isCut)
        throw new Error('the rest of the page is kept no longer for one who reads it so slowly');
      const part = parts[place.at - firstAt];
      if (part !== undefined) {
        place.at++;
        makeRoom(place.at);
        forget();
        return part;
      }
      if (failure !== undefined) throw failure.error;
      if (hasEnded) return undefined;
      making ??= make();
      // oxlint-disable-next-line no-await-in-loop -- somebody else may want the same part
      await making;
    }
  }

  function leave(place: Place): void {
    places.delete(place);
    forget();
    // Of one that has not begun, another one may still want all of it.
    if (places.size > 0 || hasEnded || source === undefined) return;
    hasEnded = true;
    source.return?.().catch(() => {});
  }

  return {
    get readers() {
      return places.size;
    },
    enter() {
      const place: Place = { at: 0, isCut: false };
      places.add(place);
      return { next: () => read(place), leave: () => leave(place) };
    },
  };
}
