import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';

type Labels = Readonly<Record<string, string>>;

/** A pod, of this namespace unless another one is named. */
export interface Pod {
  readonly labels: Labels;
  readonly namespace?: string;
}

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly unknown[];
}

/** True when every label of the selector is there; an empty one selects everything. */
export function selects(selector: Selector | undefined, labels: Labels): boolean {
  if (selector?.matchExpressions !== undefined) throw new Error('matchExpressions are not read here');
  return Object.entries(selector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
}

/**
 * Whether the policies of one namespace let a connection through, by the rules of Kubernetes: a pod that no policy selects
 * is open; else some rule of some policy that selects it has to allow the connection, at either end.
 *
 * @param policies all of them of the namespace
 */
export function allows(policies: readonly INetworkPolicy[], from: Pod, to: Pod, port: number): boolean {
  return (
    (from.namespace !== undefined || allowsAtOneEnd(policies, 'Egress', from, to, port)) &&
    (to.namespace !== undefined || allowsAtOneEnd(policies, 'Ingress', to, from, port))
  );
}

/**
 * Whether one end of a connection lets it through.
 *
 * @param pod the end that is asked, of this namespace: the one that is called for `Ingress`
 */
export function allowsAtOneEnd(
  policies: readonly INetworkPolicy[],
  way: 'Ingress' | 'Egress',
  pod: Pod,
  peer: Pod,
  port: number,
): boolean {
  const selecting = policies.filter(
    ({ spec }) => spec?.policyTypes?.includes(way) && selects(spec.podSelector, pod.labels),
  );
  if (selecting.length === 0) return true;
  return selecting
    .flatMap(({ spec }) =>
      way === 'Ingress'
        ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
        : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })),
    )
    .some(
      ({ peers, ports }) =>
        (peers === undefined || peers.some((each) => isPeer(each, peer))) &&
        (ports === undefined || ports.some((each) => each.port === port)),
    );
}

function isPeer({ namespaceSelector, podSelector, ipBlock }: INetworkPolicyPeer, pod: Pod): boolean {
  if (ipBlock !== undefined) throw new Error('an ipBlock is not read here');
  const inNamespace =
    namespaceSelector === undefined
      ? pod.namespace === undefined
      : pod.namespace !== undefined &&
        selects(namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace });
  return inNamespace && selects(podSelector, pod.labels);
}
