export { createClientRecorder } from './client/client-recorder.ts';
export type {
  ClientRecorder,
  ClientRecorderParts,
  ClientRecorderStats,
  HttpClientName,
} from './client/client-recorder.ts';
export { httpClientOptionsSchema } from './client/client-options.ts';
export type {
  HttpClientOptions,
  IgnoreCall,
  PropagateTo,
  ResolvedHttpClientOptions,
} from './client/client-options.ts';
export { errorTypeOf } from './error-type.ts';
export type { ChannelSubscription, FrameworkAdapter, FrameworkModule } from './frameworks/adapter.ts';
export { frameworks } from './frameworks/frameworks.ts';
export { defaultIgnoredPaths } from './ignored-paths.ts';
export { httpServerOptionsSchema } from './options.ts';
export type { HttpServerOptions, IgnoreRequest, ResolvedHttpServerOptions } from './options.ts';
export { contextWithSpan } from './request-context.ts';
export { requestIdKey } from './request-id.ts';
export type {
  ClientRequestKind,
  ClientRequestRecord,
  ClientRequestSink,
  RecordingServerSpan,
  RequestKind,
  RequestRecord,
  RequestSink,
} from './request-record.ts';
export { recordError, requestState, setRoute } from './request-state.ts';
export type { IncomingRequest, RequestState } from './request-state.ts';
export { createServerRecorder, suppressTracingKey } from './server-recorder.ts';
export type { ServerRecorder, ServerRecorderParts, ServerRecorderStats } from './server-recorder.ts';
export {
  isServerError,
  serverSpanDynamics,
  serverSpanException,
  serverSpanName,
  serverSpanStatics,
} from './server-span.ts';
export type { EmitAttribute, SpanException, SpanFacts, StaticAttribute } from './server-span.ts';
export { parseTraceParent } from './trace-parent.ts';
export type { TraceParent } from './trace-parent.ts';
