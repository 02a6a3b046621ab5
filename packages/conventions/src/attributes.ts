/**
 * A resource or span attribute that Sightline sets or reads: of the semantic conventions of OpenTelemetry, or of its own
 * where these have none, and then it begins with `sightline.`.
 */
export interface AttributeDefinition {
  /** One sentence: what the value is. */
  readonly help: string;
  readonly type: 'string' | 'number' | 'boolean' | 'string[]';
  /** Where it is set: on the resource, which is the process, on spans (and the points made of them), or on points alone. */
  readonly on: 'resource' | 'span' | 'point';
}

/** Every attribute by its name in OpenTelemetry. Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/ */
export const attributes = {
  'service.name': { help: 'The name of the service.', type: 'string', on: 'resource' },
  'service.namespace': { help: 'The group that the service belongs to.', type: 'string', on: 'resource' },
  'service.version': { help: 'The version of the service.', type: 'string', on: 'resource' },
  'service.instance.id': {
    help: 'The instance of the service, unique in it.',
    type: 'string',
    on: 'resource',
  },
  'deployment.environment.name': {
    help: 'The environment, such as production.',
    type: 'string',
    on: 'resource',
  },
  'host.name': { help: 'The name of the host.', type: 'string', on: 'resource' },
  'process.pid': { help: 'The process id.', type: 'number', on: 'resource' },
  'process.runtime.name': { help: 'The runtime, which is nodejs.', type: 'string', on: 'resource' },
  'process.runtime.version': { help: 'The version of Node.js.', type: 'string', on: 'resource' },
  'k8s.pod.name': { help: 'The name of the pod.', type: 'string', on: 'resource' },
  'k8s.namespace.name': { help: 'The namespace of the pod.', type: 'string', on: 'resource' },
  'k8s.node.name': { help: 'The name of the node that the pod is on.', type: 'string', on: 'resource' },
  'k8s.pod.uid': { help: 'The id of the pod.', type: 'string', on: 'resource' },
  'k8s.container.name': { help: 'The name of the container in the pod.', type: 'string', on: 'resource' },
  'container.id': { help: 'The id of the container.', type: 'string', on: 'resource' },
  'telemetry.sdk.name': { help: 'What made the telemetry.', type: 'string', on: 'resource' },
  'telemetry.sdk.language': { help: 'Its language, which is nodejs.', type: 'string', on: 'resource' },
  'telemetry.sdk.version': { help: 'Its version.', type: 'string', on: 'resource' },
  'telemetry.distro.name': { help: 'The distribution, which is sightline.', type: 'string', on: 'resource' },
  'telemetry.distro.version': { help: 'The version of the distribution.', type: 'string', on: 'resource' },
  'http.request.method': {
    help: 'The request method; an unknown one is `_OTHER`.',
    type: 'string',
    on: 'span',
  },
  'http.request.method_original': {
    help: 'The request method as it was sent, where that is not its standard name.',
    type: 'string',
    on: 'span',
  },
  'http.route': { help: 'The route template, never the path.', type: 'string', on: 'span' },
  'http.response.status_code': { help: 'The status code of the response.', type: 'number', on: 'span' },
  'url.path': { help: 'The path of the request, with secrets censored.', type: 'string', on: 'span' },
  'url.query': { help: 'The query of the request, with secrets censored.', type: 'string', on: 'span' },
  'url.scheme': { help: 'The scheme of the request.', type: 'string', on: 'span' },
  'url.full': {
    help: 'The URL that was called, without credentials and with secrets censored.',
    type: 'string',
    on: 'span',
  },
  'server.address': { help: 'The host that was called.', type: 'string', on: 'span' },
  'server.port': { help: 'The port that was called.', type: 'number', on: 'span' },
  'client.address': {
    help: 'The address of the caller; only where it is asked for.',
    type: 'string',
    on: 'span',
  },
  'user_agent.original': { help: 'The user-agent header of the request.', type: 'string', on: 'span' },
  'network.peer.address': {
    help: 'The address of the peer of the connection; only where it is asked for.',
    type: 'string',
    on: 'span',
  },
  'network.protocol.version': { help: 'The version of HTTP.', type: 'string', on: 'span' },
  'error.type': {
    help: 'The class of the error, or the status code as text.',
    type: 'string',
    on: 'span',
  },
  'exception.type': { help: 'The class of the exception.', type: 'string', on: 'span' },
  'exception.message': {
    help: 'The message of the exception, with secrets censored.',
    type: 'string',
    on: 'span',
  },
  'exception.stacktrace': {
    help: 'The stack of the exception, with secrets censored.',
    type: 'string',
    on: 'span',
  },
  'sightline.policy.decisions': {
    help: 'What policies decided about the calls in the span, in order, such as `circuit_breaker payments: rejected`.',
    type: 'string[]',
    on: 'span',
  },
  'sightline.policy.kind': {
    help: 'On the event of a transition: what changed, such as circuit_breaker.',
    type: 'string',
    on: 'span',
  },
  'sightline.policy.name': { help: 'On the event of a transition: its name.', type: 'string', on: 'span' },
  'sightline.policy.from': {
    help: 'On the event of a transition: the state before.',
    type: 'string',
    on: 'span',
  },
  'sightline.policy.to': {
    help: 'On the event of a transition: the state after.',
    type: 'string',
    on: 'span',
  },
  'sightline.policy.cause': {
    help: 'On the event of a transition: why, with secrets censored.',
    type: 'string',
    on: 'span',
  },
  'nodejs.eventloop.state': { help: 'Whether the event loop worked or waited.', type: 'string', on: 'point' },
  'v8js.gc.type': { help: 'The kind of garbage collection.', type: 'string', on: 'point' },
  'v8js.heap.space.name': { help: 'The heap space, as V8 calls it.', type: 'string', on: 'point' },
} as const satisfies Readonly<Record<string, AttributeDefinition>>;

/** The name of a catalogued attribute. */
export type AttributeName = keyof typeof attributes;
