import type { Environment } from '@sightline/errors';
import type { ReadText } from '../config/otlp.ts';

/** What a process can know of its pod without asking anybody. */
export interface PodFacts {
  readonly namespace?: string;
  readonly pod?: string;
  readonly uid?: string;
  readonly node?: string;
  readonly container?: string;
}

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
/** The kubelet mounts files of the pod from its own folder, which names pod and container. */
const KUBELET_VOLUME =
  /\/pods\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(?:containers\/([^/]+)\/|etc-hosts$|volumes\/)/;

/** Names that manifests give the fields of the downward API; the operator of OpenTelemetry sets the longest ones. */
const NAMES = {
  namespace: ['K8S_NAMESPACE_NAME', 'K8S_NAMESPACE', 'POD_NAMESPACE'],
  pod: ['OTEL_RESOURCE_ATTRIBUTES_POD_NAME', 'K8S_POD_NAME', 'POD_NAME'],
  uid: ['OTEL_RESOURCE_ATTRIBUTES_POD_UID', 'K8S_POD_UID', 'POD_UID'],
  node: ['OTEL_RESOURCE_ATTRIBUTES_NODE_NAME', 'K8S_NODE_NAME', 'NODE_NAME'],
  container: ['K8S_CONTAINER_NAME', 'CONTAINER_NAME'],
} as const;

/** Facts of the pod from the environment and from files; undefined outside of Kubernetes. */
export function podFacts(env: Environment, readText: ReadText): PodFacts | undefined {
  const namespaceFile = readText(NAMESPACE_FILE)?.trim();
  if (!env['KUBERNETES_SERVICE_HOST'] && !namespaceFile) return undefined;
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const mounted = fromMounts(readText('/proc/self/mountinfo') ?? '');
  const facts = {
    namespace: first(NAMES.namespace) ?? namespaceFile,
    pod: first(NAMES.pod) ?? hostNameOfPod(env, readText),
    uid: first(NAMES.uid) ?? mounted.uid,
    node: first(NAMES.node),
    container: first(NAMES.container) ?? mounted.container,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value));
}

/** A pod's host name is its name, unless it has the network, and so the name, of its node. */
function hostNameOfPod(env: Environment, readText: ReadText): string | undefined {
  const [header = ''] = (readText('/etc/hosts') ?? '').split('\n');
  return header.startsWith('# Kubernetes-managed hosts file') && !header.includes('host network')
    ? env['HOSTNAME']
    : undefined;
}

function fromMounts(text: string): Pick<PodFacts, 'uid' | 'container'> {
  let uid: string | undefined;
  for (const line of text.split('\n')) {
    const found = KUBELET_VOLUME.exec(line.split(' ')[3] ?? '');
    uid ??= found?.[1];
    const container = found?.[2];
    if (uid !== undefined && container !== undefined) return { uid, container };
  }
  return uid === undefined ? {} : { uid };
}
