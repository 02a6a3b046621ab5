import type { Attributes } from '@opentelemetry/api';
import type { PlainData, Redactor } from '@sightline/redact';
import type { Config } from '../config/config.ts';
import { configForStatus } from '../config/status.ts';

export interface StatusSetup {
  readonly config: Config;
  readonly resource: Attributes;
  readonly redactor: Pick<Redactor, 'value'>;
  /** The telemetry about the telemetry, by what it is of: called each time, as sections are. */
  readonly telemetry?: Readonly<Record<string, () => unknown>>;
  /** For tests. */
  readonly now?: () => number;
}

/** What `/status` shows. */
export interface Status {
  /** Asks every section. Never rejects; what it gives is censored plain data. */
  read(): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Adds a section below what is there; the last one of a name has it.
   *
   * @returns takes it off
   */
  add(name: string, section: () => unknown): () => void;
}

/** Longest wait for one section [ms]. */
const SECTION_MS = 1000;

/**
 * The status of the process: what it is, how it is set up, and what its telemetry says about itself.
 *
 * A section that throws or takes longer than a second shows that in its place, and the others are shown all the same. One
 * that still runs is not asked a second time.
 */
export function createStatus({
  config,
  resource,
  redactor,
  telemetry = {},
  now = Date.now,
}: StatusSetup): Status {
  const startTime = now() - process.uptime() * 1000;
  const sections = new Map<string, () => unknown>(
    Object.entries({
      service: () => part(resource, 'service.', 'deployment.', 'k8s.', 'container.', 'host.'),
      build: () => ({
        sightline: resource['telemetry.distro.version'],
        service: resource['service.version'],
        node: process.version,
        v8: process.versions.v8,
        platform: `${process.platform} ${process.arch}`,
      }),
      process: () => ({
        pid: process.pid,
        startedAt: new Date(startTime).toISOString(),
        uptimeSeconds: Math.floor(process.uptime()),
      }),
      resource: () => resource,
      config: () => configForStatus(config),
      problems: () => config.problems,
    }),
  );
  const ask = createAsker(redactor);

  return {
    add(name, section) {
      sections.set(name, section);
      return () => {
        if (sections.get(name) === section) sections.delete(name);
      };
    },
    async read() {
      return {
        ...(await askAll(ask, [...sections])),
        telemetry: await askAll(ask, Object.entries(telemetry)),
      };
    },
  };
}

type Ask = (section: () => unknown) => Promise<unknown>;

async function askAll(
  ask: Ask,
  sections: readonly (readonly [string, () => unknown])[],
): Promise<Record<string, unknown>> {
  const answers = await Promise.all(
    sections.map(async ([name, section]) => [name, await ask(section)] as const),
  );
  return Object.fromEntries(answers);
}

function createAsker(redactor: Pick<Redactor, 'value'>): Ask {
  /** Those that have not answered yet: whoever asks meanwhile waits for the same answer. */
  const pending = new Map<() => unknown, Promise<unknown>>();

  function answerOf(section: () => unknown): Promise<unknown> {
    const earlier = pending.get(section);
    if (earlier !== undefined) return earlier;
    const answer = Promise.resolve(section()).finally(() => pending.delete(section));
    pending.set(section, answer);
    return answer;
  }

  return async (section) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<unknown>((resolve) => {
      timer = setTimeout(() => resolve({ error: `no answer within ${SECTION_MS} ms` }), SECTION_MS);
      timer.unref();
    });
    try {
      return redactor.value(await Promise.race([answerOf(section), late])) ?? null;
    } catch (error) {
      return { error: shortly(redactor.value(error)) };
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Class and message of an error that the redactor made plain; the stack is for logs. */
function shortly(error: PlainData): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return 'it threw';
  return (
    [error['type'], error['message']].filter((each) => typeof each === 'string').join(': ') || 'it threw'
  );
}

/** The attributes whose names begin so. */
function part(attributes: Attributes, ...prefixes: readonly string[]): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix))),
  );
}
