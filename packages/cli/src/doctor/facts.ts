import type { Page } from './exposition.ts';
import type { Answer } from './probe.ts';

/** What is looked at, on the way that data takes; `otlp` is where the service sends its traces. */
const parts = ['app', 'otlp', 'prometheus', 'alertmanager', 'loki', 'tempo', 'grafana'] as const;
export type Part = (typeof parts)[number];
/** The servers of the stack. */
export const servers = ['prometheus', 'alertmanager', 'loki', 'tempo', 'grafana'] as const;
export type Server = (typeof servers)[number];

/** What the system tells of a process of this machine. */
export interface ProcessFacts {
  readonly pid: number;
  readonly command: readonly string[];
  /** The variables that Sightline, OpenTelemetry and Node.js read; secrets are left out. */
  readonly env: Readonly<Record<string, string>>;
  /** What it listens on. */
  readonly ports: readonly number[];
}

/** What stands in the current folder, where it holds a package. */
export interface ProjectFacts {
  readonly startScript: string | undefined;
  readonly dependsOnBootstrap: boolean;
  /** The one that it depends on, where it does. */
  readonly framework?: string;
  /** What `.env` sets of what Sightline reads. */
  readonly env: Readonly<Record<string, string>>;
}

export interface AppFacts {
  /** Its admin server. */
  readonly url: string;
  /** Where requests are sent to; undefined when that is not known. */
  readonly serviceUrl: string | undefined;
  readonly status: Answer;
  /** The same after what was planted has had its time. */
  readonly statusAfter: Answer;
  readonly metrics: Answer;
  readonly page: Page;
  readonly pageAfter: Page;
  /** `service.name`; undefined when it cannot be told. */
  readonly name: string | undefined;
  /** When it started [s since 1970]: no other process has the same, so that it tells the series of this one. */
  readonly startSeconds: number | undefined;
  readonly process: ProcessFacts | undefined;
  readonly project: ProjectFacts | undefined;
}

/** What every server tells of itself. */
export interface ServerFacts {
  readonly url: string;
  /** Its page of readiness. */
  readonly ready: Answer;
  readonly version: string | undefined;
  /** Its own metrics, before and after what was planted. */
  readonly before: Page;
  readonly after: Page;
}

/** A scrape target, as `/api/v1/targets` tells of it. */
export interface TargetFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
  /** ms since 1970; undefined before the first. */
  readonly lastScrapeMs: number | undefined;
  readonly intervalMs: number;
}

export interface PrometheusFacts extends ServerFacts {
  /** The target of the service; `series` tells that its samples are there, `address` only that it looks like it. */
  readonly target: { readonly foundBy: 'series' | 'address'; readonly target: TargetFacts } | undefined;
  readonly targets: Answer;
  readonly targetCount: number;
  /** Addresses of targets that relabelling drops and that look like the service. */
  readonly dropped: readonly string[];
  /** Of the last scrape of that target: samples on the page, and those that relabelling left. */
  readonly scrapedSamples: number | undefined;
  readonly keptSamples: number | undefined;
  /** When the process that it scrapes started [s since 1970]. */
  readonly scrapedStartSeconds: number | undefined;
  readonly flags: unknown;
  readonly alertmanagers: Answer;
  readonly rules: Answer;
}

export interface LokiFacts extends ServerFacts {
  readonly labels: Answer;
  /** The line that the doctor pushed by itself. */
  readonly push: Answer;
  /** The labels of the stream that holds the line of the service. */
  readonly streamLabels: Readonly<Record<string, string>> | undefined;
}

export interface TempoFacts extends ServerFacts {
  /** Whether the search finds what can be had by its id. */
  readonly searchable: boolean | undefined;
}

/** One data source of Grafana. */
export interface DataSourceFacts {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly jsonData: unknown;
  /** What Grafana says when it asks the server behind it. */
  readonly health: Answer;
}

export interface GrafanaFacts extends ServerFacts {
  /** `/api/health`. */
  readonly hasToken: boolean;
  readonly list: Answer;
  readonly dataSources: readonly DataSourceFacts[];
}

export interface AlertmanagerFacts extends ServerFacts {
  readonly status: Answer;
}

/** What was planted, and when. */
export interface PlantedFacts {
  /** ms since 1970. */
  readonly atMs: number;
  /** The trace that a request to the service begins. */
  readonly traceId: string;
  /** The trace that the doctor itself sends. */
  readonly ownTraceId: string;
  readonly request: Answer;
  readonly ownTrace: Answer;
}

/** One signal at one place. */
export interface Step {
  readonly signal: 'trace' | 'metric' | 'line';
  /** Whose: what a request made the service send, or what the doctor sent. */
  readonly by: 'app' | 'doctor';
  readonly at: Part;
  /** Asked through the data source of Grafana. */
  readonly through?: 'prometheus' | 'loki' | 'tempo';
  readonly found: boolean;
  /** How long after it was planted [ms]. */
  readonly afterMs: number;
  /** What the place said, where it is not found. */
  readonly said?: string;
}

/** Everything that the rules look at. A server that is left out is undefined. */
export interface Facts {
  readonly nowMs: number;
  readonly waitMs: number;
  /** Whether the embedded stack stands for the servers: it only shows alerts, unless it is told otherwise. */
  readonly isEmbedded: boolean;
  readonly app: AppFacts;
  /** Where the service sends its traces. */
  readonly otlpUrl: string;
  /** Whether nobody says where that is, and it cannot be this machine: no trace of the doctor's own was sent. */
  readonly isOtlpUnknown: boolean;
  readonly prometheus?: PrometheusFacts;
  readonly alertmanager?: AlertmanagerFacts;
  readonly loki?: LokiFacts;
  readonly tempo?: TempoFacts;
  readonly grafana?: GrafanaFacts;
  /** Undefined when nothing was to be sent. */
  readonly planted?: PlantedFacts;
  readonly steps: readonly Step[];
  /** Of the shell that the doctor runs in: `HTTP_PROXY` and its like. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The step of a signal at a place; undefined when it was not looked for there. */
export function stepOf(
  { steps }: Pick<Facts, 'steps'>,
  signal: Step['signal'],
  by: Step['by'],
  at: Part,
): Step | undefined {
  return steps.find((each) => each.signal === signal && each.by === by && each.at === at);
}
