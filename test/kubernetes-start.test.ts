import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { paths } from '@sightline/conventions';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Listening } from '../examples/shop/src/service/serve.ts';
import { app, podLabels, root, services } from './kubernetes/example.ts';
import { ofKind } from './kubernetes/render.ts';
import { kubectl, objectsOf } from './kubernetes/rendered.ts';

/** Longest wait for a service to listen and to be ready [ms]. */
const START_MS = 20_000;

const production = objectsOf('production');

/** What the kubelet would give the container: the downward API, settings, a made-up secret, and `$(NAME)` replaced. */
function environmentOf(deployment: IDeployment): Record<string, string> {
  const pod: Record<string, string> = {
    'metadata.name': `${deployment.metadata?.name}-1`,
    'metadata.namespace': deployment.metadata?.namespace ?? '',
    'metadata.uid': '7b1f0c5e-6a3e-4c57-9d0e-0d6c1f2e3a4b',
    'spec.nodeName': 'node-1',
  };
  const valueOf = ({ value, valueFrom }: IEnvVar): string => {
    const field = valueFrom?.fieldRef?.fieldPath;
    if (field !== undefined) {
      const label = /^metadata\.labels\['(.+)'\]$/.exec(field)?.[1];
      return (label === undefined ? pod[field] : podLabels(deployment)[label]) ?? '';
    }
    const setting = valueFrom?.configMapKeyRef;
    if (setting !== undefined) {
      const config = ofKind(production, 'ConfigMap').find(({ metadata }) => metadata?.name === setting.name);
      return config?.data?.[setting.key] ?? '';
    }
    return valueFrom?.secretKeyRef === undefined ? (value ?? '') : '0123456789abcdef'.repeat(2);
  };
  const given: Record<string, string> = {};
  for (const each of app(deployment).env ?? [])
    given[each.name] = valueOf(each).replaceAll(/\$\((\w+)\)/g, (text, name: string) => given[name] ?? text);
  return given;
}

const children: ChildProcess[] = [];

afterEach(async () => {
  await Promise.all(
    children.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }),
  );
});

/** Starts a service as its container does, on free ports. */
async function start(deployment: IDeployment): Promise<string> {
  const service = podLabels(deployment)['app.kubernetes.io/name'];
  const child = fork(`${root}/examples/shop/src/${service}/main.ts`, {
    cwd: fileURLToPath(new URL('../examples/shop', import.meta.url)),
    execArgv: ['--import', '@sightline/bootstrap/register'],
    silent: true,
    env: {
      PATH: process.env['PATH'],
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      ...environmentOf(deployment),
      // A wrong variable is refused in place of being told.
      SIGHTLINE_STRICT: 'true',
      // What this machine has not: the collector, the volume, and fixed ports that are free.
      OTEL_TRACES_EXPORTER: 'none',
      ORDERS_DATABASE: ':memory:',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      PORT: '0',
    },
  });
  children.push(child);
  child.stdout?.resume();
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const [news] = (await Promise.race([
    once(child, 'message', { signal: AbortSignal.timeout(START_MS) }),
    once(child, 'exit').then(() => [undefined]),
  ])) as [Listening | undefined];
  if (news === undefined) throw new Error(`${service} ended: ${complaints}`);
  return `http://127.0.0.1:${news.listening.adminPort}`;
}

describe.skipIf('missing' in kubectl)('a container of production', () => {
  it.each(services)(
    'starts with what its manifest gives it, answers its probes and says which pod it is: %s',
    async (service) => {
      const deployment = ofKind(production, 'Deployment').find(({ metadata }) => metadata?.name === service);
      const url = await start(deployment!);
      const { startupProbe, readinessProbe, livenessProbe } = app(deployment!);
      await vi.waitFor(
        async () => {
          const probes = [startupProbe, readinessProbe, livenessProbe].map(
            async (probe) => (await fetch(url + probe?.httpGet?.path)).status,
          );
          expect(await Promise.all(probes)).toEqual([200, 200, 200]);
        },
        { timeout: START_MS, interval: 50 },
      );
      const status = (await (await fetch(url + paths.status.path)).json()) as { service: unknown };
      expect(status.service).toMatchObject({
        'service.name': service,
        'service.version': '1.0.0',
        'service.namespace': 'shop',
        'deployment.environment.name': 'production',
        'k8s.namespace.name': 'shop',
        'k8s.pod.name': `${service}-1`,
        'k8s.node.name': 'node-1',
        'k8s.container.name': 'app',
      });
      const page = await (await fetch(url + paths.metrics.path)).text();
      expect(page).toMatch(/^sightline_build_info\{.*service_version="1\.0\.0".*\} 1$/m);
    },
    60_000,
  );
});
