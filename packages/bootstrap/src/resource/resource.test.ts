import { createRedactor } from '@sightline/redact';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { containerId } from './container.ts';
import { podFacts } from './kubernetes.ts';
import { packageFacts } from './package-facts.ts';
import { readTextFile } from './read-text-file.ts';
import { resourceAttributes } from './resource-attributes.ts';

const ID = 'dc679f8a8319c8cf7d38e1adf263bc08d2369f7c1e2cc7b8ec7e5a3e9a6e8b41';
const OTHER = '8e5b3c0a6d1f4e2b9a7c8d3e1f0b2a4c6d8e0f1a3b5c7d9e2f4a6b8c0d1e3f50';
const UID = '5f9a4f0e-2b7c-4b6e-9d7a-1c2d3e4f5a6b';

function files(contents: Record<string, string>): (path: string) => string | undefined {
  return (path) => contents[path];
}

describe('containerId', () => {
  it.each([
    ['Docker', `12:cpuset:/docker/${ID}`],
    ['Docker by systemd', `1:name=systemd:/system.slice/docker-${ID}.scope`],
    ['Docker in Docker', `1:name=systemd:/docker/${OTHER}/docker/${ID}`],
    ['Docker with cgroups 2', `0::/system.slice/docker-${ID}.scope`],
    ['Podman', `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`],
    ['Kubernetes on containerd', `11:memory:/kubepods/burstable/pod${UID}/${ID}`],
    [
      'Kubernetes on containerd by systemd',
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${ID}.scope`,
    ],
    [
      'Kubernetes on containerd, with colons',
      `1:name=systemd:/system.slice/containerd.service/kubepods-besteffort-pod1.slice:cri-containerd:${ID}`,
    ],
    ['Kubernetes on CRI-O', `0::/kubepods.slice/kubepods-pod1.slice/crio-${ID}.scope`],
    ['CRI-O beside its watcher', `2:cpu:/x/crio-conmon-${OTHER}.scope\n1:memory:/x/crio-${ID}.scope`],
  ])('reads that of %s from the cgroup', (_engine, text) => {
    expect(containerId(files({ '/proc/self/cgroup': `${text}\n` }), false)).toBe(ID);
  });

  it('reads that of Fargate', () => {
    const task = '34dc0b5e626f2c5c4c5170e34b10e765';
    const text = `1:name=systemd:/ecs/${task}/${task}-1234567890`;
    expect(containerId(files({ '/proc/self/cgroup': text }), false)).toBe(`${task}-1234567890`);
  });

  it.each([
    [
      'Docker',
      `2203 2190 254:1 /docker/containers/${ID}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw`,
    ],
    [
      'Docker, another root',
      `2202 2190 254:1 /var/lib/docker/containers/${ID}/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda rw`,
    ],
    [
      'Podman',
      `983 961 0:56 /containers/overlay-containers/${ID}/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw`,
    ],
  ])('reads that of %s from the mounts when the cgroup does not tell', (_engine, line) => {
    const read = files({
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': `2190 2 0:52 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/ABC\n${line}\n`,
    });
    expect(containerId(read, false)).toBe(ID);
  });

  it('takes nothing for the id of the sandbox of a pod', () => {
    const read = files({
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': `1 2 3:4 /containerd/io.containerd.grpc.v1.cri/sandboxes/${OTHER}/hostname /etc/hostname rw\n5 2 3:4 /docker/containers/${OTHER}/hosts /etc/hosts rw\n`,
    });
    expect(containerId(read, true)).toBeUndefined();
  });

  it.each([
    ['a laptop', '0::/user.slice/user-1000.slice/session-3.scope'],
    ['a pod without an id', `0::/kubepods/burstable/pod${UID}`],
    ['nothing at all', ''],
  ])('finds none on %s', (_where, text) => {
    expect(containerId(files({ '/proc/self/cgroup': text }), false)).toBeUndefined();
  });
});

const MOUNTINFO = [
  `1 2 8:1 /var/lib/kubelet/pods/${UID}/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw`,
  `3 2 8:1 /var/lib/kubelet/pods/${UID}/containers/app/0a1b2c3d /dev/termination-log rw - ext4 /dev/sda1 rw`,
].join('\n');
const HOSTS = '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n';

describe('podFacts', () => {
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'shop-7d9c6b-x2x4z' };

  it('are nothing outside of Kubernetes, whatever the variables are called', () => {
    expect(podFacts({ POD_NAME: 'a', NODE_NAME: 'b' }, files({}))).toBeUndefined();
  });

  it('come from files where the manifest hands nothing down', () => {
    const read = files({
      '/var/run/secrets/kubernetes.io/serviceaccount/namespace': 'prod\n',
      '/proc/self/mountinfo': MOUNTINFO,
      '/etc/hosts': HOSTS,
    });
    expect(podFacts(env, read)).toEqual({
      namespace: 'prod',
      pod: 'shop-7d9c6b-x2x4z',
      uid: UID,
      container: 'app',
    });
  });

  it('take what the manifest hands down first', () => {
    const given = {
      ...env,
      POD_NAME: 'p',
      POD_NAMESPACE: 'n',
      NODE_NAME: 'w',
      CONTAINER_NAME: 'c',
      POD_UID: 'u',
    };
    expect(podFacts(given, files({ '/proc/self/mountinfo': MOUNTINFO }))).toEqual({
      namespace: 'n',
      pod: 'p',
      uid: 'u',
      node: 'w',
      container: 'c',
    });
  });

  it('do without what no file tells', () => {
    expect(podFacts(env, () => undefined)).not.toHaveProperty('pod');
    const mounts = files({ '/proc/self/mountinfo': '1 2 3\n\n2 3 4 /elsewhere /x rw' });
    expect(podFacts(env, mounts)).not.toHaveProperty('uid');
  });

  it('do not take the name of the node for that of the pod', () => {
    const hosts = '# Kubernetes-managed hosts file (host network).\n';
    expect(podFacts(env, files({ '/etc/hosts': hosts }))).toEqual({});
  });
});

describe('packageFacts', () => {
  const read = files({
    '/srv/shop/package.json': '{"name":"@acme/shop","version":"2.1.0"}',
    '/srv/shop/dist/package.json': '{"type":"module"}',
    '/srv/package.json': '{"name":"monorepo"}',
    '/usr/lib/node_modules/pm2/package.json': '{"name":"pm2"}',
    '/broken/package.json': '{',
  });

  it.each([
    ['/srv/shop/dist/server.js', '/'],
    ['dist/server.js', '/srv/shop'],
    ['/srv/shop', '/'],
    ['/usr/lib/node_modules/pm2/lib/starter.js', '/srv/shop'],
    ['/usr/local/bin/ts-node', '/srv/shop'],
    [undefined, '/srv/shop'],
  ])('of %s in %s are those of the service', (entry, folder) => {
    expect(packageFacts(entry, folder, read)).toEqual({ name: '@acme/shop', version: '2.1.0' });
  });

  it('are none without a package.json that can be read', () => {
    expect(packageFacts('/broken/a.js', '/', read)).toEqual({});
  });
});

describe('resourceAttributes', () => {
  const redactor = createRedactor();
  const read = files({ '/srv/package.json': '{"name":"shop","version":"2.1.0"}' });

  function attributesFor(
    env: Record<string, string>,
    readText = read,
    added = {},
    isAlone = true,
  ): Record<string, unknown> {
    const config = loadConfig({}, { env, onProblem: () => {} });
    return resourceAttributes(config, redactor, added, {
      env,
      readText,
      entry: '/srv/server.js',
      workingDirectory: '/srv',
      isAlone,
    });
  }

  it('say who, where and with what', () => {
    expect(attributesFor({ NODE_ENV: 'production' })).toEqual({
      'service.name': 'shop',
      'service.version': '2.1.0',
      'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'telemetry.sdk.name': '@sightline/bootstrap',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.version': expect.any(String),
      'telemetry.distro.name': 'sightline',
      'telemetry.distro.version': expect.any(String),
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'host.name': hostname(),
    });
  });

  it('take the environment before plug-ins, and those before what is found', () => {
    const env = { OTEL_SERVICE_NAME: 'env', OTEL_RESOURCE_ATTRIBUTES: 'team=env' };
    expect(attributesFor(env, read, { team: 'plug-in', region: 'eu', 'service.version': '9' })).toMatchObject(
      { 'service.name': 'env', team: 'env', region: 'eu', 'service.version': '9' },
    );
  });

  it('keep the instance of a container over a restart, but not in the workers of a cluster or in threads', () => {
    const env = {
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
      POD_NAME: 'p',
      POD_NAMESPACE: 'n',
      CONTAINER_NAME: 'c',
    };
    const container = files({ '/proc/self/cgroup': `0::/kubepods/pod1/${ID}` });
    expect(attributesFor(env, container)).toMatchObject({
      'service.name': 'unknown_service:node',
      'service.instance.id': 'n.p.c',
      'k8s.pod.name': 'p',
      'container.id': ID,
    });
    expect(attributesFor(env, container, {}, false)['service.instance.id']).not.toBe('n.p.c');
  });

  it('are of another instance in a process that one with Sightline has started in its container', () => {
    const pod = { KUBERNETES_SERVICE_HOST: 'x', POD_NAME: 'p', POD_NAMESPACE: 'n', CONTAINER_NAME: 'c' };
    const [own, ofParent, ofNobody] = [String(process.pid), '1', undefined].map((collector) => {
      const env = { ...pod, ...(collector !== undefined && { __SIGHTLINE_COLLECTOR_PID: collector }) };
      const config = loadConfig({}, { env });
      return resourceAttributes(config, redactor, {}, { env, readText: read })['service.instance.id'];
    });
    expect([own, ofNobody]).toEqual(['n.p.c', 'n.p.c']);
    expect(ofParent).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('find out only what is asked for', () => {
    const none = attributesFor({
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
      KUBERNETES_SERVICE_HOST: 'x',
      POD_NAME: 'p',
    });
    expect(Object.keys(none).filter((name) => !/^(?:service|telemetry)\./.test(name))).toEqual([]);
    expect(none['service.instance.id']).toBeUndefined();
  });

  it('hold no secret that was put into them', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'db=postgres://app:hunter2@db/x,api_key=hunter2' };
    expect(JSON.stringify(attributesFor(env))).not.toContain('hunter2');
  });

  it('hold nothing of the command line, the user or paths', () => {
    const text = JSON.stringify(attributesFor({}, readTextFile));
    for (const hidden of [process.execPath, process.cwd(), ...process.argv])
      expect(text).not.toContain(hidden);
  });
});

describe('readTextFile', () => {
  it('reads what tells no size, and gives undefined for what cannot be read', () => {
    expect(readTextFile('/proc/self/cgroup')).toContain(':');
    expect(readTextFile(import.meta.dirname)).toBeUndefined();
    expect(readTextFile('/no/such/file')).toBeUndefined();
    expect(readTextFile('/dev/zero')).toBeUndefined();
  });
});
