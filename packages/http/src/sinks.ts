/** What takes the records of one kind. */
type Observe<Record> = (record: Record) => void;

/** What takes records of requests that come in, or that go out. */
interface Sink<Kind, Record> {
  prepare(kind: Kind): Observe<Record>;
}

/** A kind, and what the sinks have prepared for it. */
export interface Prepared<Kind, Record> {
  readonly kind: Kind;
  /** Empty until the first record. */
  observers: readonly Observe<Record>[];
  /** The set of sinks that `observers` is for; -1 for none. */
  sinksVersion: number;
}

/** Hands records to sinks, and keeps what they throw away from the app. */
export interface Sinks<Kind, Record> {
  /** @returns takes the sink out again */
  add(sink: Sink<Kind, Record>): () => void;
  /** Gives a record to every sink. Never throws. */
  tell(prepared: Prepared<Kind, Record>, record: Record): void;
}

/** @param onFailure told of every throw, with what threw */
export function createSinks<Kind, Record>(
  onFailure: (what: string, error: unknown) => void,
): Sinks<Kind, Record> {
  let sinks: readonly Sink<Kind, Record>[] = [];
  let version = 0;

  function prepare(sink: Sink<Kind, Record>, kind: Kind): Observe<Record> | undefined {
    try {
      const observe = sink.prepare(kind);
      if (typeof observe === 'function') return observe;
      onFailure('a sink that prepared no function', undefined);
    } catch (error) {
      onFailure('prepare of a sink', error);
    }
    return undefined;
  }

  return {
    add(sink) {
      // An object of its own, so that a sink that was added twice is taken out once.
      const added: Sink<Kind, Record> = { prepare: (kind) => sink.prepare(kind) };
      sinks = [...sinks, added];
      version += 1;
      return () => {
        sinks = sinks.filter((each) => each !== added);
        version += 1;
      };
    },
    tell(prepared, record) {
      if (prepared.sinksVersion !== version) {
        prepared.sinksVersion = version;
        prepared.observers = sinks
          .map((sink) => prepare(sink, prepared.kind))
          .filter((observe) => observe !== undefined);
      }
      const { observers } = prepared;
      for (let index = 0; index < observers.length; index++) {
        try {
          observers[index]?.(record);
        } catch (error) {
          onFailure('a sink', error);
        }
      }
    },
  };
}
