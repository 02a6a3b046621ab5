import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findRedis, startRedis } from '../../packages/resilience/test/servers/redis.ts';
import { type SmallDisk, createSmallDisk } from '../compose/small-disk.ts';
import { freePort } from '../servers/ports.ts';
import type { BackendFault } from './backend.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { type DnsFault, type DnsServer, startDns } from './dns.ts';
import { type ScraperFault, startScraper } from './scrapers.ts';
import type { Telemetry } from './victim.ts';
import { type VictimEnvironment, type World, victimOf } from './world.ts';

/** Who sends something away. */
const shippers = ['sightline', 'otel', 'pino-loki'] as const;

/** One thing that goes wrong, and is made good again. */
export interface Fault {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  /** On whom it is tried. */
  readonly on: readonly Telemetry[];
  /** What is cut off by it; undefined when everything still arrives. */
  readonly backend?: 'otlp' | 'loki' | 'both';
  /** False: lines for Loki wait in memory alone. Default: true. */
  readonly spools?: boolean;
  /** Given: the embedded stack is both backends. */
  readonly openEmbedded?: (folder: string) => Promise<Embedded>;
  /** Prepares the world. @returns what the service needs; a text when it cannot be tried here: why */
  prepare?(world: World, telemetry: Telemetry): Promise<VictimEnvironment | string>;
  begin(world: World): Promise<void> | void;
  end(world: World): Promise<void> | void;
}

const backendTitles: Readonly<Record<Exclude<BackendFault, 'none'>, string>> = {
  refused: 'nobody listens',
  hangs: 'takes requests, never answers',
  slow: 'answers after 5 s',
  'not-http': 'answers, but not in HTTP',
  garbage: '200 with noise in the body',
  'web-page': '200 with a web page, stores nothing',
  'cut-request': 'resets in the middle of the request',
  'cut-answer': 'stores, resets in the middle of the answer',
  'status-429': '429 with Retry-After: 1',
  'status-500': '500',
  'status-503': '503',
  full: 'full: 413 for more than 1 KiB',
  partial: 'refuses a third of each request',
};
const backendFaults = Object.keys(backendTitles) as (keyof typeof backendTitles)[];

function backendFault(backend: 'otlp' | 'loki', fault: keyof typeof backendTitles, spools = true): Fault {
  return {
    name: `${backend}${spools ? '' : '-memory'}-${fault}`,
    group: backend === 'otlp' ? 'OTLP' : spools ? 'Loki, with a spool' : 'Loki, without a spool',
    title: backendTitles[fault],
    on: backend === 'otlp' ? ['sightline', 'otel'] : spools ? ['sightline', 'pino-loki'] : ['sightline'],
    backend,
    spools,
    begin: (world) => world[backend].setFault(fault),
    end: (world) => world[backend].setFault('none'),
  };
}

const flapping = new WeakMap<World, AbortController>();
const FLAP_MS = 150;

const flaps: Fault = {
  name: 'both-flap',
  group: 'OTLP and Loki',
  title: 'go and come back every 150 ms',
  on: shippers,
  backend: 'both',
  begin(world) {
    const end = new AbortController();
    flapping.set(world, end);
    const flap = async (): Promise<void> => {
      for (let turn = 0; !end.signal.aborted; turn++) {
        const fault = turn % 2 === 0 ? 'refused' : 'none';
        // oxlint-disable-next-line no-await-in-loop -- in turn
        await Promise.all([world.otlp.setFault(fault), world.loki.setFault(fault)]);
        // oxlint-disable-next-line no-await-in-loop -- in turn
        await pause(FLAP_MS);
      }
    };
    const done = flap();
    end.signal.addEventListener('abort', () => void done);
  },
  async end(world) {
    flapping.get(world)?.abort();
    await pause(2 * FLAP_MS);
    await Promise.all([world.otlp.setFault('none'), world.loki.setFault('none')]);
  },
};

const dnsServers = new WeakMap<World, DnsServer>();

function dnsFault(fault: Exclude<DnsFault, 'none'>, title: string): Fault {
  return {
    name: `dns-${fault}`,
    group: 'DNS',
    title,
    on: shippers,
    backend: 'both',
    async prepare(world) {
      if (process.getuid?.() !== 0) return 'only root may bind port 53 and mount';
      const server = await startDns(world.spool);
      world.cleanUps.push(() => server.close());
      dnsServers.set(world, server);
      for (const backend of [world.otlp, world.loki]) backend.closeConnections();
      return {
        within: server.within,
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector.chaos.test:${world.otlp.port}`,
          LOKI_URL: `http://loki.chaos.test:${world.loki.port}`,
        },
      };
    },
    begin: (world) => dnsServers.get(world)?.setFault(fault),
    end: (world) => dnsServers.get(world)?.setFault('none'),
  };
}

const scrapers = new WeakMap<World, { stop(): void }>();
const scrapedPorts = new WeakMap<World, number>();
/** Traces as in every other row, and metrics to be scraped. */
const SCRAPED_OTEL = {
  SIGNALS: 'environment',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_LOGS_EXPORTER: 'none',
} as const;

function scraperFault(fault: ScraperFault, title: string): Fault {
  return {
    name: `scraper-${fault}`,
    group: 'Prometheus',
    title,
    on: ['sightline', 'otel'],
    async prepare(world, telemetry) {
      const port = await freePort();
      scrapedPorts.set(world, port);
      const env = { OTEL_EXPORTER_PROMETHEUS_PORT: String(port) };
      return { env: telemetry === 'otel' ? { ...SCRAPED_OTEL, ...env } : env };
    },
    begin: (world) => void scrapers.set(world, startScraper(scrapedPorts.get(world) ?? 0, fault)),
    end: (world) => scrapers.get(world)?.stop(),
  };
}

const disks = new WeakMap<World, SmallDisk>();
const DISK_MEBIBYTES = 4;
/** When some lines wait there [ms]. */
const REMOVED_AFTER_MS = 400;

function diskFault(
  name: string,
  title: string,
  begin: Fault['begin'],
  end: Fault['end'],
  also?: Partial<Fault>,
): Fault {
  return {
    name,
    group: 'the disk of the spool',
    title,
    on: ['sightline'],
    async prepare(world) {
      if (process.getuid?.() !== 0) return 'only root may mount';
      const path = `${world.spool}.disk`;
      const disk = createSmallDisk(path, DISK_MEBIBYTES);
      disks.set(world, disk);
      world.cleanUps.push(() => disk.remove());
      return { env: { SPOOL: path } };
    },
    begin,
    end,
    ...also,
  };
}

/** Mounted over it: one on which files are being written cannot be made read-only. */
function makeReadOnly(world: World): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', disks.get(world)?.path ?? '']);
}

function makeWritable(world: World): void {
  execFileSync('umount', [disks.get(world)?.path ?? '']);
}

function clockFault(name: string, title: string, shiftMs: number, also: Partial<Fault> = {}): Fault {
  return {
    name,
    group: 'the clock',
    title,
    on: shippers,
    prepare: () =>
      Promise.resolve({ flags: ['--import', fileURLToPath(new URL('clock.mjs', import.meta.url))] }),
    begin: (world) => victimOf(world).shiftClock(shiftMs),
    end: (world) => victimOf(world).shiftClock(0),
    ...also,
  };
}

function embeddedOf({ embedded }: World): Embedded {
  if (embedded === undefined) throw new Error('the embedded stack is not there');
  return embedded;
}

function embeddedFault(name: string, title: string, begin: Fault['begin'], end: Fault['end']): Fault {
  return {
    name: `embedded-${name}`,
    group: 'the embedded stack, which keeps on disk',
    title,
    on: shippers,
    backend: 'both',
    openEmbedded: startEmbedded,
    begin,
    end,
  };
}

const EMBEDDED_MEBIBYTES = 16;
const embeddedDisks = new WeakMap<Embedded, SmallDisk>();
const isRoot = process.getuid?.() === 0;

const embeddedDiskFull: Fault = {
  ...embeddedFault(
    'disk-full',
    'its disk is full',
    (world) => embeddedDisks.get(embeddedOf(world))?.fill(),
    (world) => embeddedDisks.get(embeddedOf(world))?.free(),
  ),
  async openEmbedded(folder) {
    if (!isRoot) return startEmbedded(folder);
    const disk = createSmallDisk(`${folder}.disk`, EMBEDDED_MEBIBYTES);
    const embedded = await startEmbedded(disk.path);
    const own: Embedded = {
      ...embedded,
      async close() {
        await embedded.close();
        disk.remove();
      },
    };
    embeddedDisks.set(own, disk);
    return own;
  },
  prepare: () => Promise.resolve(isRoot ? {} : 'only root may mount'),
};

const HOUR_MS = 3_600_000;
const redisPids = new WeakMap<World, Awaited<ReturnType<typeof startRedis>>>();

function redisFault(name: string, title: string, begin: Fault['begin'], end: Fault['end']): Fault {
  return {
    name,
    group: 'Redis of the service, 50 ms and then without it',
    title,
    on: ['sightline', 'bare'],
    async prepare(world) {
      const found = await findRedis();
      if ('missing' in found) return found.missing;
      const redis = await startRedis(found);
      redisPids.set(world, redis);
      world.cleanUps.push(() => redis.dispose());
      // Spans of commands would be made by some requests and not by others.
      const OTEL_NODE_DISABLED_INSTRUMENTATIONS = 'ioredis';
      return { env: { REDIS_URL: `redis://127.0.0.1:${redis.port}`, OTEL_NODE_DISABLED_INSTRUMENTATIONS } };
    },
    begin,
    end,
  };
}

/** What is tried with slices of load with it and without it. */
export const faults: readonly Fault[] = [
  {
    name: 'none',
    group: 'nothing',
    title: 'no fault: the noise of this machine',
    on: [...shippers, 'bare'],
    begin: () => {},
    end: () => {},
  },
  ...backendFaults.map((fault) => backendFault('otlp', fault)),
  ...backendFaults.map((fault) => backendFault('loki', fault)),
  ...(['refused', 'hangs', 'status-503', 'full', 'partial'] as const).map((fault) =>
    backendFault('loki', fault, false),
  ),
  flaps,
  dnsFault('unknown', 'the names of both backends are unknown'),
  dnsFault('hangs', 'the name server never answers'),
  scraperFault('hangs', '20 scrapers ask and do not read'),
  scraperFault('slow', '20 scrapers read slowly'),
  scraperFault('many', '50 scrapes at once, every second'),
  scraperFault('cuts', '20 scrapers go away mid-body, again and again'),
  {
    name: 'stdout-hangs',
    group: 'standard output',
    title: 'nobody reads the pipe',
    on: ['sightline'],
    begin: (world) => victimOf(world).readOutput(false),
    end: (world) => victimOf(world).readOutput(true),
  },
  diskFault(
    'disk-full',
    'full',
    (world) => disks.get(world)?.fill(),
    (world) => disks.get(world)?.free(),
  ),
  diskFault('disk-read-only', 'read-only', makeReadOnly, makeWritable),
  diskFault(
    'disk-full-loki-refused',
    'full, and Loki is away',
    async (world) => {
      disks.get(world)?.fill();
      await world.loki.setFault('refused');
    },
    async (world) => {
      disks.get(world)?.free();
      await world.loki.setFault('none');
    },
    { backend: 'loki' },
  ),
  {
    name: 'disk-removed',
    group: 'the disk of the spool',
    title: 'its folder is deleted, and Loki is away',
    on: ['sightline'],
    backend: 'loki',
    async begin(world) {
      await world.loki.setFault('refused');
      await pause(REMOVED_AFTER_MS);
      rmSync(world.spool, { recursive: true, force: true });
    },
    end: (world) => world.loki.setFault('none'),
  },
  clockFault('clock-forward', 'jumps an hour ahead and back', HOUR_MS),
  clockFault('clock-back', 'jumps an hour back and ahead', -HOUR_MS),
  clockFault('clock-forward-refused', 'jumps an hour ahead, both backends away', HOUR_MS, {
    backend: 'both',
    async begin(world) {
      await Promise.all([world.otlp.setFault('refused'), world.loki.setFault('refused')]);
      await victimOf(world).shiftClock(HOUR_MS);
    },
    async end(world) {
      await Promise.all([world.otlp.setFault('none'), world.loki.setFault('none')]);
      await victimOf(world).shiftClock(0);
    },
  }),
  embeddedFault(
    'killed',
    'killed, and started again',
    (world) => embeddedOf(world).end('SIGKILL'),
    (world) => embeddedOf(world).start(),
  ),
  embeddedFault(
    'restarts',
    'ended by SIGTERM, and started again',
    (world) => embeddedOf(world).end('SIGTERM'),
    (world) => embeddedOf(world).start(),
  ),
  embeddedFault(
    'hangs',
    'stopped: takes connections, never answers',
    (world) => embeddedOf(world).pause(),
    (world) => embeddedOf(world).resume(),
  ),
  embeddedDiskFull,
  redisFault(
    'redis-hangs',
    'stopped: takes commands, never answers',
    (world) => void process.kill(redisPids.get(world)?.pid() ?? 0, 'SIGSTOP'),
    (world) => void process.kill(redisPids.get(world)?.pid() ?? 0, 'SIGCONT'),
  ),
  redisFault(
    'redis-refused',
    'gone',
    (world) => redisPids.get(world)?.stop(),
    (world) => redisPids.get(world)?.start(),
  ),
];

/** How the process ends, at a random moment under load. */
export interface Ending {
  readonly name: string;
  readonly title: string;
  readonly on: readonly Telemetry[];
  readonly flags?: readonly string[];
  /** True when nothing of the process runs any more: what was in its memory is gone, and nobody can count it. */
  readonly isAbrupt: boolean;
  end(world: World): void;
}

/** Libraries that look after the end of a process as well. */
const everybody = [...shippers, 'terminus', 'lightship'] as const;

export const endings: readonly Ending[] = [
  ...(['SIGTERM', 'SIGINT', 'SIGKILL'] as const).map((signal) => ({
    name: signal.toLowerCase(),
    title: signal,
    on: signal === 'SIGKILL' ? shippers : everybody,
    isAbrupt: signal === 'SIGKILL',
    end: (world: World) => void victimOf(world).child.kill(signal),
  })),
  {
    name: 'out-of-memory',
    title: 'out of memory',
    on: shippers,
    flags: ['--max-old-space-size=96'],
    isAbrupt: true,
    end: (world) => victimOf(world).tell('hoard'),
  },
  {
    name: 'uncaught-exception',
    title: 'an exception that nobody catches',
    on: everybody,
    isAbrupt: false,
    end: (world) => victimOf(world).tell('throw'),
  },
  {
    name: 'unhandled-rejection',
    title: 'a rejection that nobody handles',
    on: everybody,
    isAbrupt: false,
    end: (world) => victimOf(world).tell('reject'),
  },
];
