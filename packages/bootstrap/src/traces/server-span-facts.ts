import type { AnyValue } from '@opentelemetry/api';
import {
  isServerError,
  serverSpanDynamics,
  serverSpanException,
  serverSpanName,
  serverSpanStatics,
} from '@sightline/http';
import type { RequestKind, RequestRecord } from '@sightline/http';
import type { Redactor } from '@sightline/redact';

/** A record whose trace is not decided about yet. */
export type EndedRequest = Omit<RequestRecord, 'kept'>;

/** What is said about a server span. */
export interface ServerSpanFacts {
  name(kind: RequestKind): string;
  /** The attributes that all requests of a kind have in common. */
  statics(kind: RequestKind): readonly (readonly [key: string, value: string | number])[];
  /** Those that differ from request to request, censored. */
  dynamics(record: EndedRequest, redactor: Redactor, emit: (key: string, value: AnyValue) => void): void;
  /** Whether requests of a kind failed because of the service. */
  isError(kind: RequestKind): boolean;
  /** The exception event, censored; undefined without. */
  exception(
    record: EndedRequest,
    redactor: Redactor,
  ): { readonly type: string; readonly message: string; readonly stack: string } | undefined;
}

/** As the semantic conventions for HTTP have it. */
export const httpServerSpan: ServerSpanFacts = {
  name: serverSpanName,
  statics: serverSpanStatics,
  dynamics: serverSpanDynamics,
  isError: isServerError,
  exception: serverSpanException,
};
