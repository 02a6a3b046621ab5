import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import type { Finding } from './finding.ts';

/** How long after the last library was instrumented a service counts as up [ms]. */
const SETTLED_MS = 1000;
/** Longest wait for it [ms]. */
const LONGEST_WAIT_MS = 15_000;
/** More are counted alone: what is found out at run time must not grow without bound. */
const MOST_FINDINGS = 100;

/** What a library brings along: in the line the library says it. */
const PART_OF: Readonly<Record<string, string>> = {
  '@redis/client': 'redis',
  'hono/tiny': 'hono',
  'pg-pool': 'pg',
  router: 'express',
};

/** Writes a line. */
export type WriteReport = (
  level: 'info' | 'warn' | 'error',
  fields: Readonly<Record<string, unknown>>,
  message: string,
) => void;

export interface StartupReportOptions {
  readonly log: WriteReport;
  /** The version of Sightline. */
  readonly version: string;
  /** Where everything goes, as `describeEndpoints` says it; asked when the line is written. */
  endpoints(): readonly string[];
  /** Time [ms], monotonic. */
  readonly now?: () => number;
}

/** What there is to know about the start: one line of it, and all of it on `/status`. */
export interface StartupReport {
  /** Something was found out; the same once. After the line of the start it gets a line of its own. */
  add(finding: Finding): void;
  /** A library is observed. */
  instrumented(name: string, version: string | undefined): void;
  /** Writes the line of the start, unless it is written: call it with the first request. */
  write(): void;
  /** For `/status`. */
  details(): ReportDetails;
  /** Writes nothing more. */
  stop(): void;
}

export interface ReportDetails {
  readonly version: string;
  readonly endpoints: readonly string[];
  readonly instrumented: readonly string[];
  readonly findings: readonly Finding[];
  /** Found out after there were too many to keep. */
  readonly findingsLeftOut: number;
}

/**
 * Collects what the start found out and writes one line of it, when the service is up: with its first request, or when
 * nothing more has been loaded for a second. The timer keeps no process alive.
 */
export function createStartupReport(options: StartupReportOptions): StartupReport {
  const { log, version, endpoints, now = () => performance.now() } = options;
  const findings = new Map<string, Finding>();
  /** Versions by name: there may be several copies. */
  const libraries = new Map<string, Set<string>>();
  const startedAtMs = now();
  let leftOut = 0;
  let written = false;
  let settledAtMs = startedAtMs + SETTLED_MS;
  let timer: NodeJS.Timeout | undefined = wait(SETTLED_MS);

  function wait(delayMs: number): NodeJS.Timeout {
    return setTimeout(whenSettled, delayMs).unref();
  }

  function whenSettled(): void {
    const leftMs = Math.min(settledAtMs, startedAtMs + LONGEST_WAIT_MS) - now();
    if (leftMs > 0) timer = wait(leftMs);
    else write();
  }

  function write(): void {
    if (written) return;
    end();
    const problems = [...findings.values()].filter(({ severity }) => severity !== 'info');
    const parts = [endpoints().join(', ')];
    const observed = instrumentedLibraries();
    if (observed.length > 0) parts.push(`${observed.join(', ')} instrumented`);
    if (problems.length > 0) {
      const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
      parts.push(`${count}: ${problems.map(sentence).join(' ')}`);
    }
    const fields = problems.length > 0 ? { problems } : {};
    // It belongs to no request, though the first one may have called for it.
    context.with(ROOT_CONTEXT, () => {
      say(problems.length > 0 ? 'warn' : 'info', fields, `sightline ${version}: ${parts.join('; ')}`);
    });
  }

  function instrumentedLibraries(): string[] {
    return [...libraries]
      .filter(([name]) => !libraries.has(PART_OF[name] ?? ''))
      .flatMap(([name, versions]) => [...versions].map((each) => `${name} ${each}`.trim()));
  }

  function end(): void {
    written = true;
    clearTimeout(timer);
    timer = undefined;
  }

  function say(...line: Parameters<WriteReport>): void {
    try {
      log(...line);
    } catch {
      // A logger does not throw; the report is on `/status` as well.
    }
  }

  return {
    add(finding) {
      const key = `${finding.code} ${finding.problem}`;
      if (findings.has(key)) return;
      if (findings.size >= MOST_FINDINGS) {
        leftOut += 1;
        return;
      }
      findings.set(key, finding);
      if (written && finding.severity !== 'info') {
        say(finding.severity, { code: finding.code }, sentence(finding));
      }
    },
    instrumented(name, libraryVersion) {
      const versions = libraries.get(name);
      if (versions) versions.add(libraryVersion ?? '');
      else libraries.set(name, new Set([libraryVersion ?? '']));
      settledAtMs = now() + SETTLED_MS;
    },
    write,
    details: () => ({
      version,
      endpoints: endpoints(),
      instrumented: instrumentedLibraries(),
      findings: [...findings.values()],
      findingsLeftOut: leftOut,
    }),
    stop: end,
  };
}

function sentence({ problem, expected, fix }: Finding): string {
  return `${problem}. Expected: ${expected}. Fix: ${fix}.`;
}
