import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from './markdown.ts';
import { stagesOf } from './kubernetes/dockerfile.ts';
import { example, podLabels, readExample, root, valueOf } from './kubernetes/example.ts';
import { selects } from './kubernetes/network.ts';
import { type KubernetesObject, ofKind, titleOf } from './kubernetes/render.ts';
import { folders, kubectl, objectsOf, overlays, renderFolder, rendered } from './kubernetes/rendered.ts';
import { freePort } from './servers/ports.ts';

/** Longest run of a test that starts programs, on a busy machine [ms]. */
const PROGRAMS_MS = 30_000;

describe.skipIf('missing' in kubectl)('a deploy', () => {
  const serving = (objects: readonly KubernetesObject[]): string | undefined =>
    ofKind(objects, 'Service').find(({ metadata }) => metadata?.name === 'storefront')?.spec?.selector?.[
      'slot'
    ];
  const announcements = (objects: readonly KubernetesObject[]): readonly unknown[][] =>
    ofKind(objects, 'Job').map(({ metadata, spec }) => [
      metadata?.name,
      valueOf(spec!.template.spec!.containers[0]!, 'ANNOUNCE_TEXT'),
    ]);

  it('is announced under a name of its own, with what is deployed', () => {
    expect(announcements(objectsOf('production'))).toEqual([['announce-1.0.0', 'deploy 1.0.0']]);
    expect(announcements(objectsOf('blue-green'))).toEqual([
      ['announce-blue-1.0.0-1.1.0', 'storefront blue serves, blue 1.0.0 and green 1.1.0'],
    ]);
    expect(announcements(objectsOf('canary'))).toEqual([
      ['announce-1.0.0', 'deploy 1.0.0'],
      ['announce-canary-1.1.0', 'canary 1.1.0'],
    ]);
  });

  it(
    'by a switch from blue to green changes where the visitors go, and no pod',
    async () => {
      const copy = mkdtempSync(join(tmpdir(), 'sightline-kubernetes-'));
      try {
        cpSync(example, copy, { recursive: true });
        const live = `${copy}/overlays/blue-green/live.yaml`;
        writeFileSync(live, readFileSync(live, 'utf8').replace('slot: blue', 'slot: green'));
        const before = objectsOf('blue-green');
        const after = await renderFolder(`${copy}/overlays/blue-green`);
        expect([serving(before), serving(after)]).toEqual(['blue', 'green']);
        const changed = after.filter(
          (object) => !before.some((each) => JSON.stringify(each) === JSON.stringify(object)),
        );
        expect(changed.map(titleOf)).toEqual(['Service storefront', 'Job announce-green-1.0.0-1.1.0']);
      } finally {
        rmSync(copy, { recursive: true });
      }
    },
    PROGRAMS_MS,
  );

  it('by a canary adds to production, and changes nothing of it', () => {
    const canary = new Set(objectsOf('canary').map((object) => JSON.stringify(object)));
    expect(objectsOf('production').filter((object) => !canary.has(JSON.stringify(object)))).toEqual([]);
    const production = new Set(objectsOf('production').map(titleOf));
    const added = objectsOf('canary')
      .map(titleOf)
      .filter((title) => !production.has(title));
    expect(added.filter((title) => title.startsWith('Deployment'))).toEqual(['Deployment storefront-canary']);
    expect(added.filter((title) => /Autoscaler|Budget/.test(title))).toEqual([]);
  });

  it(
    'by a canary is taken back without anything of production',
    async () => {
      const deleted = (await renderFolder(`${example}/overlays/canary/canary`)).map(titleOf);
      const production = new Set(objectsOf('production').map(titleOf));
      expect(deleted).toContain('Deployment storefront-canary');
      expect(deleted.filter((title) => production.has(title) || title.startsWith('Namespace'))).toEqual([]);
    },
    PROGRAMS_MS,
  );

  it('sends to the canary one connection in four: the Service of the storefront selects both tracks', () => {
    const deployments = ofKind(objectsOf('canary'), 'Deployment');
    const pods = (service: string): readonly (string | undefined)[] => {
      const selector = ofKind(objectsOf('canary'), 'Service').find(
        ({ metadata }) => metadata?.name === service,
      );
      return deployments
        .filter((each) => selects({ matchLabels: selector!.spec!.selector! }, podLabels(each)))
        .map(({ metadata }) => metadata?.name);
    };
    expect(pods('storefront')).toEqual(['storefront', 'storefront-canary']);
    expect(pods('storefront-canary')).toEqual(['storefront-canary']);
    const [, scaler] = ofKind(objectsOf('canary'), 'HorizontalPodAutoscaler');
    expect([scaler?.metadata?.name, scaler?.spec?.minReplicas]).toEqual(['storefront', 3]);
  });
});

describe('announce.mjs', () => {
  const token = 'a-token-of-grafana';

  async function announce(env: Readonly<Record<string, string>>): Promise<{ code: unknown; output: string }> {
    const child = spawn(process.execPath, [`${example}/components/announce/announce.mjs`], { env });
    const [out, error, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ]);
    return { code, output: out + error };
  }

  async function withGrafana<Result>(
    status: number,
    use: (url: string, requests: { path: string; authorization: string; body: unknown }[]) => Promise<Result>,
  ): Promise<Result> {
    const requests: { path: string; authorization: string; body: unknown }[] = [];
    const server = createServer(async (request, response) => {
      const body: unknown = JSON.parse(await text(request));
      const { authorization = '' } = request.headers;
      requests.push({ path: `${request.method} ${request.url}`, authorization, body });
      response.writeHead(status).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it(
    'writes an annotation with text, tags and the time',
    async () => {
      await withGrafana(200, async (url, requests) => {
        const sinceMs = Date.now();
        const { code, output } = await announce({
          GRAFANA_URL: url,
          GRAFANA_TOKEN: token,
          ANNOUNCE_TEXT: 'deploy 1.1.0',
          ANNOUNCE_TAGS: 'deploy, shop',
        });
        expect([code, output]).toEqual([0, 'announced: deploy 1.1.0 [deploy, shop]\n']);
        expect(requests).toEqual([
          {
            path: 'POST /api/annotations',
            authorization: `Bearer ${token}`,
            body: { time: expect.any(Number) as number, text: 'deploy 1.1.0', tags: ['deploy', 'shop'] },
          },
        ]);
        const { time } = requests[0]!.body as { time: number };
        expect(time).toBeGreaterThanOrEqual(sinceMs);
      });
    },
    PROGRAMS_MS,
  );

  it(
    'fails with the reason, and without the token, when Grafana refuses or is not there',
    async () => {
      const refused = await withGrafana(403, (url) =>
        announce({ GRAFANA_URL: url, GRAFANA_TOKEN: token, ANNOUNCE_TEXT: 'deploy' }),
      );
      expect(refused).toEqual({ code: 1, output: 'Grafana answers 403 to the annotation\n' });
      const gone = await announce({
        GRAFANA_URL: `http://127.0.0.1:${await freePort()}`,
        GRAFANA_TOKEN: token,
        ANNOUNCE_TEXT: 'deploy',
      });
      expect(gone).toEqual({
        code: 1,
        output: expect.stringMatching(/^Grafana cannot be reached: .*ECONNREFUSED/) as string,
      });
      expect(gone.output).not.toContain(token);
      expect(await announce({})).toEqual({
        code: 1,
        output: 'GRAFANA_URL, GRAFANA_TOKEN, ANNOUNCE_TEXT must be set\n',
      });
    },
    PROGRAMS_MS,
  );
});

describe('the README', () => {
  const commands = codeBlocks(readExample('README.md'))
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, ' ').split('\n'))
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');

  it('names only folders and files that exist', () => {
    const named = commands.flatMap((line) => line.match(/examples\/kubernetes\/[\w./-]*/g) ?? []);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
  });

  it('applies every overlay', () => {
    for (const name of overlays)
      expect(commands.join('\n')).toContain(`kubectl apply --kustomize examples/kubernetes/overlays/${name}`);
  });

  it('names only targets of the Dockerfile', () => {
    const targets = commands.flatMap((line) => [...line.matchAll(/--target (\S+)/g)].map(([, name]) => name));
    const known = new Set(stagesOf(readExample('Dockerfile')).map(({ name }) => name));
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((name) => name !== '"$service"' && !known.has(name ?? ''))).toEqual([]);
  });

  it.skipIf('missing' in kubectl)('names only objects that an overlay has', () => {
    const known = new Set(
      folders.flatMap((folder) =>
        (rendered[folder] ?? []).map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata?.name}`),
      ),
    );
    const named = commands.flatMap((line) => line.match(/\b(?:deployment|job|service)\/[\w.-]+/g) ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
