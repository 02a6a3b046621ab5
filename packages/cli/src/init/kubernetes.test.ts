import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { editManifest } from './kubernetes.ts';

const deployment = (containers: string): string => `# ours
apiVersion: v1
kind: Service
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
${containers}`;

function containersIn(text: string): readonly Record<string, unknown>[] {
  const [, workload] = parseAllDocuments(text).map((each) => each.toJS() as unknown);
  return (workload as { spec: { template: { spec: { containers: Record<string, unknown>[] } } } }).spec
    .template.spec.containers;
}

describe('editManifest', () => {
  it('keeps the line ends of Windows', () => {
    const text =
      'kind: Deployment\nmetadata: { name: a }\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: x\n';
    const edit = editManifest(text.replaceAll('\n', '\r\n'), 'a', true);
    expect(edit?.text).toContain('livenessProbe:\r\n');
    expect(edit?.text).not.toMatch(/[^\r]\n/);
  });

  it('adds three probes behind the image, and changes nothing else', () => {
    const before = deployment(
      "        - name: shop\n          image: 'shop:1' # pinned\n          args: [a]\n",
    );
    const edit = editManifest(before, 'shop', false);
    expect(edit?.notes).toEqual([]);
    const added = edit?.text.split('\n').filter((line) => !before.split('\n').includes(line)) ?? [];
    expect(
      edit?.text
        .split('\n')
        .filter((line) => !added.includes(line))
        .join('\n'),
    ).toBe(before);
    expect(containersIn(edit?.text ?? '')).toEqual([
      {
        name: 'shop',
        image: 'shop:1',
        args: ['a'],
        startupProbe: { httpGet: { path: '/startupz', port: 9464 }, periodSeconds: 1, failureThreshold: 120 },
        readinessProbe: { httpGet: { path: '/readyz', port: 9464 }, periodSeconds: 5, timeoutSeconds: 1 },
        livenessProbe: { httpGet: { path: '/livez', port: 9464 }, periodSeconds: 10, timeoutSeconds: 1 },
      },
    ]);
  });

  it('asks on the port that the container sets', () => {
    const edit = editManifest(
      deployment(
        "        - name: shop\n          image: s\n          env:\n            - { name: OTEL_EXPORTER_PROMETHEUS_PORT, value: '9100' }\n",
      ),
      'shop',
      false,
    );
    expect(containersIn(edit?.text ?? '')[0]).toHaveProperty('livenessProbe.httpGet.port', 9100);
  });

  it.each([
    "{ name: OTEL_EXPORTER_PROMETHEUS_PORT, value: '0' }",
    '{ name: OTEL_EXPORTER_PROMETHEUS_PORT, valueFrom: { configMapKeyRef: { name: a, key: b } } }',
    '{ name: OTEL_EXPORTER_PROMETHEUS_HOST, value: 127.0.0.1 }',
    "{ name: SIGHTLINE_ADMIN_DISABLED, value: 'true' }",
  ])('asks nothing where the admin server is not known to be reached: %s', (variable) => {
    const before = deployment(
      `        - name: shop\n          image: s\n          env:\n            - ${variable}\n`,
    );
    const edit = editManifest(before, 'shop', false);
    expect(edit?.text).toBe(before);
    expect(edit?.notes).toEqual([
      'Deployment shop sets where its admin server is, and whether the kubelet reaches that is not known',
    ]);
  });

  it('works for the last line of a file without a line end', () => {
    const edit = editManifest(deployment('        - name: shop\n          image: shop:1'), 'shop', false);
    expect(containersIn(edit?.text ?? '')[0]).toHaveProperty('livenessProbe');
  });

  it('takes the container of the name of the service among several, and none without one', () => {
    const two = deployment(
      '        - name: proxy\n          image: p\n        - name: shop\n          image: s\n',
    );
    expect(
      containersIn(editManifest(two, 'shop', false)?.text ?? '').map((each) => 'livenessProbe' in each),
    ).toEqual([false, true]);
    const edit = editManifest(two, 'other', false);
    expect(edit).toEqual({
      text: two,
      notes: ['Deployment shop has 2 containers, and none is called other'],
    });
  });

  it.each([
    ['the workload is called as the service', 'shop', 'app', false, []],
    ['the container is called as the service', 'app', 'shop', false, []],
    ['nothing is, but there is no other workload', 'app', 'web', true, []],
    [
      'nothing is, and there are others',
      'redis',
      'cache',
      false,
      ['neither Deployment redis nor its container is called shop'],
    ],
  ])(
    'takes a lone container only where it is that of the service: %s',
    (_why, workload, name, isOnly, notes) => {
      const text = deployment(`        - name: ${name}\n          image: x\n`).replace(
        'metadata:\n  name: shop',
        `metadata:\n  name: ${workload}`,
      );
      const edit = editManifest(text, 'shop', isOnly);
      expect(edit?.notes).toEqual(notes);
      expect('livenessProbe' in containersIn(edit?.text ?? '')[0]!).toBe(notes.length === 0);
    },
  );

  it.each([
    ['postgres:18', 'postgres'],
    ['docker.io/library/redis', 'redis'],
    ['registry.local:5000/bitnami/postgresql:16@sha256:1f', 'postgresql'],
  ])('gives no probes to a database that is the only workload there is: %s', (image, known) => {
    const database = (name: string): string =>
      deployment(`        - name: ${name}\n          image: ${image}\n`).replace(
        'metadata:\n  name: shop',
        `metadata:\n  name: db`,
      );
    expect(editManifest(database('db'), 'shop', true)).toEqual({
      text: database('db'),
      notes: [`Deployment db runs ${known}, which is not shop`],
    });
    // Whoever calls it so must know.
    expect(editManifest(database('shop'), 'shop', true)?.notes).toEqual([]);
  });

  it.each([
    [
      '        - name: shop\n          image: s\n          livenessProbe: { exec: { command: [a] } }\n',
      'has probes already',
    ],
    ['        - { name: shop, image: s }\n', 'is not written line by line'],
  ])('leaves alone, and says so: %j', (containers, why) => {
    const text = deployment(containers);
    const edit = editManifest(text, 'shop', false);
    expect(edit?.text).toBe(text);
    expect(edit?.notes[0]).toContain(why);
  });

  it.each(['services:\n  web: { image: x }\n', 'a: [', ''])('knows what is no workload: %j', (text) => {
    expect(editManifest(text, 'shop', false)).toBeUndefined();
  });
});
