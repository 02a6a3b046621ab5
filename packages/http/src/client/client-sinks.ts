import type { ClientRequestRecord, ClientRequestSink } from '../request-record.ts';
import type { CompiledClientKind, ObserveCall } from './client-kinds.ts';

/** Hands records to sinks, and keeps what they throw away from the app. */
export interface ClientSinks {
  /** @returns takes the sink out again */
  add(sink: ClientRequestSink): () => void;
  /** Gives a record to every sink. Never throws. */
  tell(compiled: CompiledClientKind, record: ClientRequestRecord): void;
}

/** @param onFailure told of every throw, with what threw */
export function createClientSinks(onFailure: (what: string, error: unknown) => void): ClientSinks {
  let sinks: readonly ClientRequestSink[] = [];
  let version = 0;

  function prepare(sink: ClientRequestSink, compiled: CompiledClientKind): ObserveCall | undefined {
    try {
      const observe = sink.prepare(compiled.kind);
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
      const added: ClientRequestSink = { prepare: (kind) => sink.prepare(kind) };
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
          .map((sink) => prepare(sink, compiled))
          .filter((observe) => observe !== undefined);
      }
      for (const observe of compiled.observers) {
        try {
          observe(record);
        } catch (error) {
          onFailure('a sink', error);
        }
      }
    },
  };
}
