import { readFileSync } from 'node:fs';
import { attributes, environment, paths, ports } from '@sightline/conventions';
import type { IContainer } from 'kubernetes-models/v1/Container';
import { describe, expect, it } from 'vitest';
import {
  app,
  containers,
  podLabels,
  portNamed,
  readExample,
  root,
  services,
  valueOf,
  workloads,
} from './kubernetes/example.ts';
import { selects } from './kubernetes/network.ts';
import { ofKind, titleOf } from './kubernetes/render.ts';
import { folders, kubectl, objectsOf, overlays, rendered } from './kubernetes/rendered.ts';
import { fieldProblems, valueProblems } from './kubernetes/schemas.ts';

describe.skipIf('missing' in kubectl)('the manifests', () => {
  it.each(folders)('satisfy the schemas of Kubernetes and of the Prometheus operator: %s', (folder) => {
    const objects = rendered[folder] ?? [];
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.flatMap(valueProblems)).toEqual([]);
  });

  it('have no field that Kubernetes does not know, and miss none that it needs', async () => {
    const [deployment] = ofKind(objectsOf('dev'), 'Deployment');
    const { livenessProbe, ...rest } = app(deployment!);
    const wrong = structuredClone(deployment!);
    wrong.spec!.template.spec!.containers[0] = { ...rest, livenesProbe: livenessProbe } as IContainer;
    const problems = await fieldProblems({ ...rendered, wrong: [wrong] });
    for (const folder of folders) expect(problems.get(folder)).toEqual([]);
    expect(problems.get('wrong')).toEqual([expect.stringContaining('livenesProbe')]);
  }, 60_000);

  it('would be refused with a value that is wrong', () => {
    const wrong = structuredClone(ofKind(objectsOf('dev'), 'Deployment')[0]!);
    Object.assign(app(wrong).lifecycle!.preStop!.sleep!, { seconds: 'long' });
    expect(valueProblems(wrong)).toEqual([expect.stringMatching(/preStop\/sleep\/seconds must be integer/)]);
  });

  it.each(overlays)('name each object once, all of them in one namespace: %s', (name) => {
    const objects = objectsOf(name);
    const namespace = ofKind(objects, 'Namespace')[0]?.metadata?.name;
    expect(new Set(objects.map(titleOf)).size).toBe(objects.length);
    const elsewhere = objects.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && metadata?.namespace !== namespace,
    );
    expect(elsewhere.map(titleOf)).toEqual([]);
  });

  it.each(overlays)('refer only to what is there: %s', (name) => {
    const objects = objectsOf(name);
    const configs = ofKind(objects, 'ConfigMap');
    const hasKey = (config: string | undefined, key: string | undefined): boolean =>
      configs.some(
        ({ metadata, data }) => metadata?.name === config && (key === undefined || key in (data ?? {})),
      );
    const accounts = new Set(ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata?.name));
    const deployments = new Set(ofKind(objects, 'Deployment').map(({ metadata }) => metadata?.name));
    const missing = [
      ...workloads(objects)
        .flatMap(({ template }) => template.spec?.volumes ?? [])
        .filter(({ configMap }) => configMap !== undefined && !hasKey(configMap.name, undefined)),
      ...workloads(objects)
        .map(({ template }) => template.spec?.serviceAccountName)
        .filter((account) => account !== undefined && !accounts.has(account)),
      ...containers(objects)
        .flatMap(({ container }) => container.env ?? [])
        .map(({ valueFrom }) => valueFrom?.configMapKeyRef)
        .filter((ref) => ref !== undefined && !hasKey(ref.name, ref.key)),
      ...ofKind(objects, 'HorizontalPodAutoscaler')
        .map(({ spec }) => spec?.scaleTargetRef.name)
        .filter((target) => !deployments.has(target)),
    ];
    expect(missing).toEqual([]);
  });
});

describe.skipIf('missing' in kubectl)('a pod of the shop', () => {
  it.each(overlays)(
    'is asked by the three probes on the admin port, at the paths of the conventions: %s',
    (name) => {
      for (const deployment of ofKind(objectsOf(name), 'Deployment')) {
        const container = app(deployment);
        const { startupProbe, livenessProbe, readinessProbe } = container;
        expect(
          [startupProbe, livenessProbe, readinessProbe].map((probe) => [
            probe?.httpGet?.path,
            portNamed(container, String(probe?.httpGet?.port)),
          ]),
        ).toEqual([
          [paths.startup.path, ports.admin.port],
          [paths.liveness.path, ports.admin.port],
          [paths.readiness.path, ports.admin.port],
        ]);
      }
    },
  );

  it.each(overlays)('is out of rotation before it closes, and has closed before it is killed: %s', (name) => {
    // Defaults of `shutdown` that no variable sets: three phases of hooks, then the last exports [s].
    const hooksSeconds = 3 * 3;
    const flushSeconds = 5;
    for (const deployment of ofKind(objectsOf(name), 'Deployment')) {
      const container = app(deployment);
      const { periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = container.readinessProbe ?? {};
      const outSeconds = periodSeconds * failureThreshold + timeoutSeconds;
      // The shop's `serve` closes its listener at SIGTERM, so only preStop counts as the wait.
      const waitSeconds = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
      expect([outSeconds, waitSeconds]).toEqual([7, 8]);
      expect(waitSeconds).toBeGreaterThan(outSeconds);

      const delaySeconds = Number(valueOf(container, 'SIGHTLINE_DRAIN_DELAY_MS')) / 1000;
      const requestSeconds = Number(valueOf(container, 'SIGHTLINE_DRAIN_DEADLINE_MS')) / 1000;
      const endSeconds = waitSeconds + delaySeconds + requestSeconds + hooksSeconds + flushSeconds;
      expect(endSeconds).toBe(34);
      const graceSeconds = deployment.spec?.template.spec?.terminationGracePeriodSeconds ?? 30;
      expect(graceSeconds).toBeGreaterThanOrEqual(endSeconds * 1.3);
      // The upstream timeouts of the shop's own code.
      for (const service of services) {
        const source = readFileSync(`${root}/examples/shop/src/${service}/main.ts`, 'utf8');
        for (const [, timeoutMs] of source.matchAll(/timeoutMs: (\d+)/g))
          expect(Number(timeoutMs) / 1000).toBeLessThan(requestSeconds);
      }
    }
  });

  it.each(overlays)('has longer to start than a rollout waits, and to hang than to be slow: %s', (name) => {
    for (const { spec } of ofKind(objectsOf(name), 'Deployment')) {
      const { startupProbe, livenessProbe, readinessProbe } = spec!.template.spec!.containers[0]!;
      const seconds = (probe: typeof startupProbe): number =>
        probe!.periodSeconds! * probe!.failureThreshold!;
      expect(seconds(startupProbe)).toBe(60);
      expect(spec?.progressDeadlineSeconds).toBeGreaterThan(seconds(startupProbe) + spec!.minReadySeconds!);
      expect(seconds(livenessProbe)).toBeGreaterThan(2 * seconds(readinessProbe));
      expect(spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    }
  });

  it.each(folders)('cannot do more than it must: %s', (folder) => {
    for (const { template } of workloads(rendered[folder] ?? [])) {
      const { securityContext, ...spec } = template.spec!;
      expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
      expect(spec.hostNetwork ?? spec.hostPID ?? spec.hostIPC).toBeUndefined();
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const volume of spec.volumes ?? []) expect(volume.hostPath).toBeUndefined();
      for (const container of spec.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.any(String) as string, memory: container.resources?.limits?.['memory'] },
        });
      }
    }
  });

  it.each(folders)('gets its secrets by reference, and none stands in a file: %s', (folder) => {
    const objects = rendered[folder] ?? [];
    expect(objects.filter(({ kind }) => (kind as string) === 'Secret')).toEqual([]);
    const inline = containers(objects).flatMap(({ title, container }) =>
      (container.env ?? [])
        .filter(({ name }) => /TOKEN|SECRET|PASSWORD|_KEY|HEADERS/.test(name))
        .filter(({ value, valueFrom }) => value !== undefined || valueFrom?.secretKeyRef === undefined)
        .map(({ name }) => `${title}: ${name}`),
    );
    expect(inline).toEqual([]);
  });

  it('gets secrets that the README says how to make', () => {
    const named = folders
      .flatMap((folder) => containers(rendered[folder] ?? []))
      .flatMap(({ container }) => (container.env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name))
      .filter((name) => name !== undefined);
    const made = [...readExample('README.md').matchAll(/create secret generic ([\w-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect([...new Set(named)].toSorted()).toEqual([...new Set(made)].toSorted());
  });

  it.each([...overlays.map((name) => `overlays/${name}`), 'load'])(
    'runs an image of one version, which is what telemetry calls it: %s',
    (folder) => {
      for (const { container } of containers(rendered[folder] ?? []))
        expect(container.image).toMatch(/^[\w./-]+:(?!latest$)[\w.-]+$/);
      for (const deployment of ofKind(rendered[folder] ?? [], 'Deployment'))
        expect(app(deployment).image?.split(':')[1]).toBe(podLabels(deployment)['app.kubernetes.io/version']);
    },
  );

  it.each(overlays)(
    'gets only variables that its code or Sightline knows, in an order that expands: %s',
    (name) => {
      for (const deployment of ofKind(objectsOf(name), 'Deployment')) {
        const service = podLabels(deployment)['app.kubernetes.io/name'];
        const source = readFileSync(`${root}/examples/shop/src/${service}/main.ts`, 'utf8');
        const seen = new Set<string>();
        const used = new Set<string>();
        for (const { name: variable, value = '' } of app(deployment).env ?? []) {
          for (const [, reference = ''] of value.matchAll(/\$\((\w+)\)/g)) {
            expect([...seen]).toContain(reference);
            used.add(reference);
          }
          seen.add(variable);
        }
        const unknown = [...seen].filter(
          (variable) =>
            !(variable in environment) &&
            !used.has(variable) &&
            variable !== 'NODE_OPTIONS' &&
            !source.includes(`${variable}: `),
        );
        expect(unknown).toEqual([]);
        expect(source).toContain(`PORT: portSchema.default(${portNamed(app(deployment), 'http')})`);
        const given = valueOf(app(deployment), 'OTEL_RESOURCE_ATTRIBUTES')!.split(',');
        const names = given.map((pair) => pair.split('=')[0]!);
        expect(names.filter((each) => !(each in attributes))).toEqual([]);
        expect(names).toEqual(
          expect.arrayContaining([
            'k8s.pod.name',
            'k8s.namespace.name',
            'k8s.node.name',
            'k8s.container.name',
          ]),
        );
      }
    },
  );
});

describe.skipIf('missing' in kubectl)('the selectors', () => {
  it.each(overlays)('of a Deployment match its own pods and no others: %s', (name) => {
    const deployments = ofKind(objectsOf(name), 'Deployment');
    for (const { metadata, spec } of deployments) {
      const matched = deployments.filter((each) => selects(spec?.selector, podLabels(each)));
      expect(matched.map((each) => each.metadata?.name)).toEqual([metadata?.name]);
    }
  });

  it.each(overlays)('of a Service find pods, and its target is a port of theirs: %s', (name) => {
    const deployments = ofKind(objectsOf(name), 'Deployment');
    for (const { spec } of ofKind(objectsOf(name), 'Service')) {
      const pods = deployments.filter((each) => selects({ matchLabels: spec!.selector! }, podLabels(each)));
      expect(pods.length).toBeGreaterThan(0);
      for (const pod of pods)
        for (const { targetPort } of spec?.ports ?? [])
          expect(portNamed(app(pod), String(targetPort))).toBeGreaterThan(0);
    }
  });

  it.each(overlays)('of budgets and spreads find the pods of one Deployment: %s', (name) => {
    const deployments = ofKind(objectsOf(name), 'Deployment');
    for (const { metadata, spec } of ofKind(objectsOf(name), 'PodDisruptionBudget')) {
      const matched = deployments.filter((each) => selects(spec?.selector, podLabels(each)));
      expect(matched.map((each) => each.metadata?.name)).toEqual([metadata?.name]);
      expect(spec?.maxUnavailable).toBe(1);
    }
    for (const deployment of deployments)
      for (const { labelSelector } of deployment.spec?.template.spec?.topologySpreadConstraints ?? [])
        expect(selects(labelSelector, podLabels(deployment))).toBe(true);
  });

  it.each(['production', 'blue-green', 'canary'] as const)(
    'of the PodMonitor find every pod of a service, and the port with the metrics: %s',
    (name) => {
      const [monitor] = ofKind(objectsOf(name), 'PodMonitor');
      for (const deployment of ofKind(objectsOf(name), 'Deployment')) {
        expect(selects(monitor?.spec.selector, podLabels(deployment))).toBe(true);
        const [endpoint] = monitor?.spec.podMetricsEndpoints ?? [];
        expect([portNamed(app(deployment), endpoint!.port!), endpoint?.path]).toEqual([
          ports.admin.port,
          paths.metrics.path,
        ]);
      }
    },
  );

  it.each(['production', 'blue-green', 'canary'] as const)(
    'leave no Deployment of several pods without an autoscaler and a budget: %s',
    (name) => {
      const deployments = ofKind(objectsOf(name), 'Deployment');
      const scaled = ofKind(objectsOf(name), 'HorizontalPodAutoscaler').map(
        ({ spec }) => spec?.scaleTargetRef.name,
      );
      for (const { metadata, spec } of deployments) {
        // The number belongs to the autoscaler, or is one.
        expect(spec?.replicas).toBe(scaled.includes(metadata?.name ?? '') ? undefined : 1);
      }
      expect(scaled.length).toBe(name === 'blue-green' ? 3 : 2);
    },
  );
});
