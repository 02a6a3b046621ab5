/* oxlint-disable no-await-in-loop -- one batch after the other, so that no queue overflows */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocal } from '@sightline/local';
import { type Random, createRandom } from '../../examples/shop/src/random.ts';
import { type Leak, createLeakSearch } from './leak-search.ts';
import { carriers, sendCarried } from './requests.ts';
import { type Secret, makeSecret, secretKinds } from './secrets.ts';
import { startSink } from './sink.ts';

interface HuntOptions {
  readonly cases: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

/** One secret, and where it was planted. */
interface PlantedCase {
  readonly place: string;
  readonly kind: string;
  readonly name: string;
  readonly mark: string;
  readonly text: string;
}

export interface HuntResult {
  readonly seed: number;
  readonly cases: readonly PlantedCase[];
  /** What was found, with the case that it belongs to. */
  readonly leaks: readonly (Leak & { readonly of: PlantedCase })[];
  /** Cases of which nothing at all was heard: they would prove nothing. */
  readonly unheard: readonly PlantedCase[];
  /** Bytes that were searched, by where they left. */
  readonly searched: ReadonlyMap<string, number>;
  /** Places that threw into the service. */
  readonly threw: readonly string[];
  /** Kinds of secrets and places that there are. */
  readonly kinds: number;
  readonly places: number;
}

/** What the service says once it listens. */
interface Started {
  readonly port: number;
  readonly adminPort: number;
  readonly places: Readonly<Record<string, boolean>>;
  readonly labelPlaces: Readonly<Record<string, boolean>>;
}

/** Names that say that something is secret, as services have them. */
const NAMES = (
  'password passwd userPassword DB_PASSWORD apiKey api_key secret clientSecret ' +
  'client_secret accessToken access_token refreshToken sessionId privateKey otp ' +
  'awsSecretAccessKey signing_key connectionString webhookSecret credentials jwt'
).split(' ');
const BATCH = 125;
/** So many cases go to the embedded stack as well: all places have had their turn by then. */
const SHOWN_CASES = 250;
/** Longest wait until lines have reached the disk [ms]. */
const SPOOL_MS = 10_000;
/** Longest wait for an answer of the service [ms]. */
const ANSWER_MS = 120_000;
const MARK = /mark-\d+-x/g;
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Plants new secrets in every place where data enters a service, reads everything that leaves it, and looks for each of
 * them there: as it is, encoded, and cut short.
 */
export async function huntLeaks({ cases: wanted, seed, onProgress }: HuntOptions): Promise<HuntResult> {
  const random = createRandom(seed);
  const search = createLeakSearch();
  const cases: PlantedCase[] = [];
  const heard = new Set<string>();
  const threw: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'sightline-leak-'));

  function look(exit: string, content: Buffer | string): void {
    search.look(exit, content);
    for (const [mark] of content.toString('latin1').matchAll(MARK)) heard.add(mark);
  }

  function plant(place: string, kind: string, name: string): PlantedCase {
    const secret = makeSecret(kind, random);
    const planted = { place, kind, name, mark: `mark-${cases.length}-x`, text: secret.text };
    search.add(cases.length, secret.parts);
    cases.push(planted);
    return planted;
  }

  let local: Awaited<ReturnType<typeof startLocal>> | undefined;
  const shown: Promise<unknown>[] = [];
  /** What the embedded stack has is what its web app shows. */
  function show(path: string, body: Buffer, contentType: string): void {
    if (local === undefined || cases.length > SHOWN_CASES) return;
    const headers = { 'content-type': contentType };
    shown.push(fetch(`${local.url}${path}`, { method: 'POST', headers, body }).then((each) => each.text()));
  }
  const otlp = await startSink((path, body, contentType) => {
    look(`OTLP ${path}`, body);
    show(path, body, contentType);
  });
  const lokiServer = await startSink((path, body, contentType) => {
    look('Loki', body);
    show(path, body, contentType);
  });
  const hooks = await startSink((_path, body) => look('notifications', body));

  const spool = join(folder, 'spool');
  const variables = environmentSecrets(plant);
  const child = spawn(process.execPath, ['--import', file('preload.ts'), file('service.ts')], {
    cwd: file('.'),
    env: {
      PATH: process.env['PATH'],
      OTEL_SERVICE_NAME: 'leak',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_LOGS_EXPORTER: 'otlp,console',
      OTEL_METRICS_EXPORTER: 'otlp,prometheus',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_BSP_MAX_QUEUE_SIZE: '20000',
      OTEL_BLRP_MAX_QUEUE_SIZE: '20000',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      LOG_FILE: join(folder, 'leak.log'),
      LOKI_URL: lokiServer.url,
      SPOOL: spool,
      SIGHTLINE_ADMIN_DEBUG: 'cpuprofile',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = once(child, 'close');
  const died = new AbortController();
  let errors = '';
  void ended.then(([code]) =>
    died.abort(new Error(`the service ended with ${String(code)}: ${errors.slice(-3000)}`)),
  );
  watchStream('standard output', child.stdout);
  watchStream('standard error', child.stderr);

  /** Pieces of one stream follow on each other: a secret may stand in two of them. */
  function watchStream(exit: string, stream: NodeJS.ReadableStream | null): void {
    let tail = Buffer.alloc(0);
    stream?.on('data', (chunk: Buffer) => {
      const bytes = Buffer.concat([tail, chunk]);
      if (exit === 'standard error') errors = (errors + chunk.toString()).slice(-20_000);
      const end = bytes.lastIndexOf(10) + 1;
      if (exit === 'standard output' || !isCrashing) look(exit, bytes.subarray(0, end));
      tail = Buffer.from(bytes.subarray(end));
    });
  }
  /** What Node.js prints of an error that nobody caught is not Sightline's. */
  let isCrashing = false;

  async function answer<Answer>(): Promise<Answer> {
    const signal = AbortSignal.any([died.signal, AbortSignal.timeout(ANSWER_MS)]);
    const [message] = (await once(child, 'message', { signal }).catch(() => {
      throw signal.reason as Error;
    })) as [Answer];
    return message;
  }
  function ask<Answer>(order: object | string): Promise<Answer> {
    child.send(order);
    return answer();
  }

  try {
    const { port, adminPort, places, labelPlaces } = await answer<Started>();
    local = await startLocal(embeddedStack(folder, adminPort, hooks.url));
    const page = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
      const signal = AbortSignal.timeout(ANSWER_MS);
      look(path, await (await fetch(`http://127.0.0.1:${adminPort}${path}`, { headers, signal })).text());
    };
    const pages = async (): Promise<void> => {
      for (const path of PAGES) await page(path);
      await page('/metrics', { accept: 'application/openmetrics-text' });
    };

    // Meanwhile: what runs most is what is in it.
    const profile = page('/debug/cpuprofile?seconds=2');
    profile.catch(() => {});
    // Lines for Loki wait on disk, and are looked at there.
    lokiServer.takes(false);
    const plan = planCases(wanted, random, { ...places, ...labelPlaces }, Object.keys(labelPlaces));
    for (let from = 0; from < plan.length; from += BATCH) {
      const batch = plan.slice(from, from + BATCH).map(({ place, kind, name }) => plant(place, kind, name));
      const orders = batch.filter(({ place }) => place in places);
      const { failed } = await ask<{ failed: readonly string[] }>({
        plant: orders.map((planted) => ({ place: planted.place, planted })),
      });
      threw.push(...failed);
      let lastSent: PlantedCase | undefined;
      for (const planted of batch) {
        const carrier = carriers[planted.place];
        if (carrier !== undefined) {
          await sendCarried(port, carrier, planted);
          lastSent = planted;
        } else if (planted.place in labelPlaces) {
          await ask({ label: { place: planted.place, planted } });
          heard.add(planted.mark);
          await page('/status');
          await page('/health');
        }
      }
      const { mark } = lastSent ?? { mark: '' };
      await waitFor(() => isInFolder(spool, mark), SPOOL_MS);
      lookAtFolder(spool, (content) => look('spool', content));
      await pages();
      onProgress?.(cases.length);
      // What has been looked at on disk may leave.
      lokiServer.takes(true);
      await ask('flush');
      lokiServer.takes(false);
    }
    await waitFor(() => (search.searched.get('notifications') ?? 0) > 0, 20_000);
    await profile;
    await Promise.all(shown);
    await lookAtStack(local.url, (content) => look('the embedded stack', content));
    lokiServer.takes(true);
    await ask('flush');
    const crash = plant('crash', 'stripe key', 'secret');
    isCrashing = true;
    child.send({ crash: `${crash.mark} cannot use ${crash.text}` });
    await ended;
    lookAtFolder(folder, (content) => look('files', content));
  } finally {
    child.kill('SIGKILL');
    await ended;
    await local?.close();
    await Promise.all([otlp.close(), lokiServer.close(), hooks.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    seed,
    cases,
    leaks: search.leaks.map((leak) => ({ ...leak, of: cases[leak.owner] as PlantedCase })),
    unheard: cases.filter(({ mark }) => !heard.has(mark)).filter(({ place }) => place !== 'environment'),
    searched: search.searched,
    threw,
    kinds: secretKinds.length,
    places: new Set(cases.map(({ place }) => place)).size,
  };
}

const PAGES = [
  '/metrics',
  '/status',
  '/health',
  '/livez?verbose',
  '/readyz?verbose',
  '/startupz?verbose',
  '/loglevel',
  '/nowhere',
];

/**
 * Which secret goes where: every place in turn, with a kind that can be demanded there.
 *
 * @param named the places of the service: whether a telling name stands there
 * @param rare places that need pages of their own, and so come less often
 */
function planCases(
  wanted: number,
  random: Random,
  named: Readonly<Record<string, boolean>>,
  rare: readonly string[],
): readonly Pick<PlantedCase, 'place' | 'kind' | 'name'>[] {
  const often = [...Object.keys(named), ...Object.keys(carriers)].filter((place) => !rare.includes(place));
  return Array.from({ length: wanted }, (_, number) => {
    const place = number % 50 === 49 ? random.pick(rare) : (often[number % often.length] ?? '');
    return { place, kind: random.pick(kindsAt(place, named[place] === true)), name: random.pick(NAMES) };
  });
}

const kindsByPlace = new Map<string, readonly string[]>();

/** Kinds that only a name gives away are demanded only where there is one; line breaks only where they can be. */
function kindsAt(place: string, isNamedPlace: boolean): readonly string[] {
  const known = kindsByPlace.get(place);
  if (known !== undefined) return known;
  const carrier = carriers[place];
  const isNamed = carrier?.isNamed ?? isNamedPlace;
  const sample = createRandom(1);
  const kinds = secretKinds.filter((kind) => {
    const { text, isTelling }: Secret = makeSecret(kind, sample);
    if (!isTelling && !isNamed) return false;
    if (carrier === undefined) return true;
    // Such a hash begins with what is escaped in URLs, and then it is none that can be known by its form.
    return carrier.takesAnyText ? isNamed || kind !== 'bcrypt hash' : !/[\n\r]/.test(text);
  });
  kindsByPlace.set(place, kinds);
  return kinds;
}

/** Variables of the environment that hold secrets, and those of ours that are given nonsense. */
function environmentSecrets(
  plant: (place: string, kind: string, name: string) => PlantedCase,
): Readonly<Record<string, string>> {
  const secret = (kind: string): string => plant('environment', kind, '').text;
  return {
    DATABASE_URL: secret('postgres connection'),
    DB_PASSWORD: secret('password'),
    STRIPE_KEY: secret('stripe key'),
    NOTE: secret('github token'),
    AWS_SECRET_ACCESS_KEY: secret('aws secret key'),
    SESSION_SECRET: secret('hex api key'),
    GOOGLE_CREDENTIALS: secret('private key of a service account'),
    SIGHTLINE_ADMIN_TOKEN: secret('hex api key'),
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(secret('bearer credentials'))},x-api-key=${secret('session id')}`,
    OTEL_RESOURCE_ATTRIBUTES: `team=shop,note=${encodeURIComponent(secret('slack token'))},api.key=${secret('hex api key')}`,
    OTEL_BSP_SCHEDULE_DELAY: secret('npm token'),
    OTEL_TRACES_SAMPLER_ARG: secret('stripe key'),
    SIGHTLINE_DRAIN_DELAY_MS: secret('vault token'),
  };
}

function embeddedStack(folder: string, adminPort: number, hooks: string): Parameters<typeof startLocal>[0] {
  const rules = join(folder, 'rules.yml');
  const alertmanager = join(folder, 'alertmanager.yml');
  writeFileSync(
    rules,
    `groups:
  - name: leak
    interval: 1s
    rules:
      - alert: Leak
        expr: sum by (plan) (leak_attempts_total) > 0
        labels: { severity: page, plan: '{{ $labels.plan }}' }
        annotations: { summary: 'plan {{ $labels.plan }}' }
      - alert: Up
        expr: vector(1)
`,
  );
  writeFileSync(
    alertmanager,
    `route: { receiver: hook, group_wait: 100ms, group_interval: 1s, repeat_interval: 1m }
receivers:
  - name: hook
    webhook_configs: [{ url: '${hooks}/hook' }]
`,
  );
  return {
    port: 0,
    scrape: { intervalMs: 1000, jobs: [{ job: 'leak', targets: [`127.0.0.1:${adminPort}`] }] },
    rules: [rules],
    alertmanager,
    evaluationIntervalMs: 500,
  };
}

/** Everything that the web app asks for. */
async function lookAtStack(url: string, look: (content: string) => void): Promise<void> {
  const read = async (path: string): Promise<string> => {
    const content = await (await fetch(`${url}${path}`)).text();
    look(content);
    return content;
  };
  const all = encodeURIComponent;
  for (const path of [
    '/api/v1/alerts',
    '/api/v1/rules',
    '/api/v1/targets',
    '/api/v2/alerts',
    '/loki/api/v1/labels',
    `/api/v1/query?query=${all('{__name__=~".+"}')}`,
    `/loki/api/v1/series?match[]=${all('{service_name=~".+"}')}`,
    `/loki/api/v1/query_range?limit=5000&query=${all('{service_name=~".+"}')}`,
    '/api/v2/search/tags',
  ])
    await read(path);
  const { traces = [] } = JSON.parse(await read('/api/search?limit=1000')) as {
    readonly traces?: readonly { readonly traceID: string }[];
  };
  for (const { traceID } of traces) await read(`/api/v2/traces/${traceID}`);
}

function isInFolder(folder: string, text: string): boolean {
  let isThere = false;
  lookAtFolder(folder, (content) => (isThere ||= content.includes(text)));
  return isThere;
}

function lookAtFolder(folder: string, look: (content: Buffer) => void): void {
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    // Nothing waits on disk.
  }
  for (const name of names) {
    try {
      if (statSync(join(folder, name)).isFile()) look(readFileSync(join(folder, name)));
    } catch {
      // It has left meanwhile.
    }
  }
}

async function waitFor(condition: () => boolean, withinMs: number): Promise<void> {
  const endsMs = performance.now() + withinMs;
  while (!condition() && performance.now() < endsMs) await new Promise((resolve) => setTimeout(resolve, 50));
}
