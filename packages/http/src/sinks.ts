import type { CompiledKind } from './kinds.ts';
import type { RequestKind, RequestRecord, RequestSink } from './request-record.ts';

/** What a sink has prepared for a kind. */
export type ObserveRequest = (record: RequestRecord) => void;

/** Hands records to sinks, and keeps what they throw away from the app. */
export interface Sinks {
  /** @returns takes the sink out again */
  add(sink: RequestSink): () => void;
  /** Gives a record to every sink. Never throws. */
  tell(compiled: CompiledKind, record: RequestRecord): void;
}

/** @param onFailure told of every throw, with what threw */
export function createSinks(onFailure: (what: string, error: unknown) => void): Sinks {
  let sinks: readonly RequestSink[] = [];
  let version = 0;

  function prepare(sink: RequestSink, kind: RequestKind): ObserveRequest | undefined {
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
      const added: RequestSink = { prepare: (kind) => sink.prepare(kind) };
      sinks = [...sinks, added];
      version += 1;
      return () => {
        sinks = sinks.filter((each) => each !== added);
        version += 1;
      };
    },
    tell(compiled, record) {
      if (compiled.sinksVersion !== version) {
        compiled.sinksVersion = version;
        compiled.observers = sinks
          .map((sink) => prepare(sink, compiled.kind))
          .filter((observe) => observe !== undefined);
      }
      const { observers } = compiled;
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
