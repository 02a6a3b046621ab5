import { ports } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { app, podLabels, portNamed, valueOf } from './kubernetes/example.ts';
import { type Pod, allows, allowsAtOneEnd, selects } from './kubernetes/network.ts';
import { ofKind } from './kubernetes/render.ts';
import { type Overlay, kubectl, objectsOf, rendered } from './kubernetes/rendered.ts';

describe.skipIf('missing' in kubectl)('the network policies', () => {
  const admin = ports.admin.port;
  const dns: Pod = { labels: { 'k8s-app': 'kube-dns' }, namespace: 'kube-system' };
  const monitoring: Pod = { labels: {}, namespace: 'monitoring' };
  const ingress: Pod = { labels: {}, namespace: 'ingress-nginx' };
  const elsewhere: Pod = { labels: {}, namespace: 'elsewhere' };
  /** Another service of the shop, that none of these knows. */
  const stranger: Pod = {
    labels: {
      'app.kubernetes.io/name': 'stranger',
      'app.kubernetes.io/part-of': 'shop',
      'app.kubernetes.io/component': 'service',
    },
  };

  function podOf(name: Overlay, deployment: string): Pod & { port: number } {
    const found = ofKind(objectsOf(name), 'Deployment').find(({ metadata }) => metadata?.name === deployment);
    if (found === undefined) throw new Error(`no ${deployment} in ${name}`);
    return { labels: podLabels(found), port: portNamed(app(found), 'http') ?? 0 };
  }

  /** Every storefront that visitors may be sent to. */
  const fronts: readonly (readonly [Overlay, string])[] = [
    ['dev', 'storefront'],
    ['production', 'storefront'],
    ['blue-green', 'storefront-blue'],
    ['blue-green', 'storefront-green'],
    ['canary', 'storefront'],
    ['canary', 'storefront-canary'],
  ];

  it.each(fronts)('let through what the shop needs, and nothing else: %s, %s', (name, front) => {
    const policies = ofKind(objectsOf(name), 'NetworkPolicy');
    const [storefront, orders, payments] = [front, 'orders', 'payments'].map((each) => podOf(name, each)) as [
      Pod & { port: number },
      Pod & { port: number },
      Pod & { port: number },
    ];
    const open = (from: Pod, to: Pod, port: number): boolean => allows(policies, from, to, port);

    expect(open(ingress, storefront, storefront.port)).toBe(true);
    expect(open(storefront, orders, orders.port)).toBe(true);
    expect(open(orders, payments, payments.port)).toBe(true);
    for (const pod of [storefront, orders, payments]) {
      expect(open(monitoring, pod, admin)).toBe(true);
      expect(open(pod, monitoring, ports.otlpHttp.port)).toBe(true);
      expect(open(pod, dns, 53)).toBe(true);

      expect(open(pod, monitoring, ports.prometheus.port)).toBe(false);
      expect(open(pod, elsewhere, 443)).toBe(false);
      expect(open(elsewhere, pod, pod.port)).toBe(false);
      expect(open(ingress, pod, admin)).toBe(false);
      expect(open(monitoring, pod, pod.port)).toBe(false);
    }
    expect(open(ingress, orders, orders.port)).toBe(false);

    // Each end refuses by itself, so that a mistake at one of them opens nothing.
    for (const [from, to] of [
      [storefront, payments],
      [payments, orders],
      [payments, storefront],
      [orders, storefront],
      [stranger, storefront],
      [stranger, orders],
      [stranger, payments],
    ] as const) {
      const ends = [
        allowsAtOneEnd(policies, 'Egress', from, to, to.port),
        allowsAtOneEnd(policies, 'Ingress', to, from, to.port),
      ];
      expect(ends).toEqual([false, false]);
    }
  });

  it.each(fronts)('let each service through to the address that it is given: %s, %s', (name, front) => {
    const objects = objectsOf(name);
    for (const [caller, variable] of [
      [front, 'ORDERS_URL'],
      ['orders', 'PAYMENTS_URL'],
    ] as const) {
      const deployment = ofKind(objects, 'Deployment').find(({ metadata }) => metadata?.name === caller)!;
      const { hostname, port } = new URL(valueOf(app(deployment), variable)!);
      const service = ofKind(objects, 'Service').find(({ metadata }) => metadata?.name === hostname);
      expect(service?.spec?.ports?.map((each) => each.port)).toEqual([Number(port || 80)]);
      const callee = podOf(name, hostname);
      expect(selects({ matchLabels: service!.spec!.selector! }, callee.labels)).toBe(true);
      expect(allows(ofKind(objects, 'NetworkPolicy'), podOf(name, caller), callee, callee.port)).toBe(true);
    }
  });

  it('let the visitors of the load and the announcement out, and only where they go', () => {
    const production = ofKind(objectsOf('production'), 'NetworkPolicy');
    const withLoad = [...production, ...ofKind(rendered['load'] ?? [], 'NetworkPolicy')];
    const [job] = ofKind(rendered['load'] ?? [], 'Job');
    const load: Pod = { labels: job!.spec!.template.metadata!.labels! };
    const storefront = podOf('production', 'storefront');
    const orders = podOf('production', 'orders');
    expect(allows(withLoad, load, storefront, storefront.port)).toBe(true);
    expect(allows(production, load, storefront, storefront.port)).toBe(false);
    expect(allows(withLoad, load, orders, orders.port)).toBe(false);
    for (const name of ['production', 'blue-green', 'canary'] as const) {
      const policies = ofKind(objectsOf(name), 'NetworkPolicy');
      for (const announcement of ofKind(objectsOf(name), 'Job')) {
        const pod: Pod = { labels: announcement.spec!.template.metadata!.labels! };
        expect(allows(policies, pod, monitoring, ports.grafana.port)).toBe(true);
        expect(allows(policies, pod, orders, orders.port)).toBe(false);
      }
    }
  });
});
