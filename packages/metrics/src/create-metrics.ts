import type { MeterProvider } from '@opentelemetry/api';
import { resolveOptions, type SightlineError, strictFromEnvironment } from '@sightline/errors';
import { type BusinessMetrics, createBusinessMetrics } from './business/business-metrics.ts';
import { createCensor } from './censor.ts';
import { combineFamilies, snapshotOf } from './combine-families.ts';
import { renderPage } from './exposition.ts';
import type { FamilySnapshot, Registry } from './family.ts';
import { createLosses } from './losses.ts';
import { type MetricsOptions, metricsOptionsSchema } from './options.ts';
import { createMeterProvider } from './otel/meter-provider.ts';
import { createPacer, type Pacer } from './pacer.ts';
import { type PageFamily, pageFamily } from './page-family.ts';
import { contentTypes, pageFormat } from './page-format.ts';
import { createProblems, warnProcess } from './problems.ts';
import { createRegistry } from './registry.ts';
import {
  type ActiveRequests,
  createClientRequestSink,
  createRequestSink,
  type MeasuredClientRequest,
  type MeasuredClientRequestKind,
  type MeasuredRequest,
  type MeasuredRequestKind,
  type MeasuringSink,
  observeActiveRequests,
} from './request-metrics.ts';
import { createSelfMetrics, type SelfMetrics } from './self-metrics.ts';
import { createSources, type Source, type SourceOptions } from './sources.ts';

/** A page, to be written as it comes. */
export interface MetricsPage {
  /** For the answer's header `content-type`. */
  readonly contentType: string;
  /** Made while it is read, in slices that leave the event loop free; to be read once. Never throws. */
  readonly body: AsyncGenerator<string, void, undefined>;
}

/** All metrics of a process. */
export interface Metrics extends BusinessMetrics {
  readonly registry: Registry;
  /** Measures requests that come in. */
  readonly requestSink: MeasuringSink<MeasuredRequestKind, MeasuredRequest>;
  /** Measures requests that go out. */
  readonly clientRequestSink: MeasuringSink<MeasuredClientRequestKind, MeasuredClientRequest>;
  /**
   * Shows how many requests are under way.
   *
   * @returns ends it
   */
  observeActiveRequests(counts: ActiveRequests): () => void;
  /** For `metrics.setGlobalMeterProvider` of the OpenTelemetry API: what libraries record comes on the page. */
  readonly meterProvider: MeterProvider;
  /** @param accept the header of the scrape; OpenMetrics when it asks for it, the text format otherwise */
  page(accept?: string): MetricsPage;
  /**
   * Puts what another registry, thread or process has on the page.
   *
   * @returns takes it off
   */
  addSource(source: Source, options?: SourceOptions): () => void;
  /** A copy of everything of this process, for a push or another process; sources with `place: 'whole'` are left out. */
  snapshot(): Promise<FamilySnapshot[]>;
  /** The same at once, with the last values of callbacks and without the sources: for the end of the process. */
  snapshotNow(): FamilySnapshot[];
  /** What was told so far, the first hundred. */
  readonly problems: readonly SightlineError[];
  /** Calls no callback and asks no source from here on; what is counted stays. */
  close(): void;
}

/**
 * Makes the registry of a process and what feeds it.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, in strict mode, naming every option that is wrong
 */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const wrongOptions: SightlineError[] = [];
  const strict = typeof options.strict === 'boolean' ? options.strict : strictFromEnvironment();
  const { seriesBounds, exemplars, serviceVersion, revision, redactor, onProblem } = resolveOptions(
    'createMetrics',
    metricsOptionsSchema,
    options,
    { strict, onProblem: (problem) => wrongOptions.push(problem) },
  );
  const problems = createProblems(onProblem ?? warnProcess);
  for (const problem of wrongOptions) problems.tell(problem);
  const losses = createLosses();
  const censor = createCensor(redactor);
  let self: SelfMetrics | undefined;
  const registry = createRegistry({
    problems,
    losses,
    censor,
    seriesBounds,
    afterCollect: () => self?.update(),
  });
  self = createSelfMetrics(registry, losses, { serviceVersion, revision });
  const { scrapeDuration } = self;
  const sources = createSources(problems);

  function tellLeftOut(name: string, why: string): void {
    problems.once(`left out ${name}`, 'SIGHTLINE_METRIC_SOURCE', {
      problem: `${name} of another registry or process is not on the page: ${why}`,
      expected: 'one definition for each name on the page',
      fix: 'rename it there, or give it the type, labels and boundaries that it has here',
    });
  }

  async function ownSnapshot(pacer: Pacer): Promise<FamilySnapshot[]> {
    const [own, others] = await Promise.all([registry.snapshot(), sources.beside()]);
    if (others.length === 0) return own;
    const families = await combineFamilies(own.map(pageFamily), others, {
      pacer,
      censor,
      onLeftOut: tellLeftOut,
    });
    const snapshot: FamilySnapshot[] = [];
    // oxlint-disable-next-line no-await-in-loop -- the event loop gets its turn between slices
    for (const family of families) snapshot.push(await snapshotOf(family, pacer));
    return snapshot;
  }

  async function pageFamilies(pacer: Pacer): Promise<Iterable<PageFamily>> {
    const whole = await sources.whole();
    const combining = { pacer, censor, onLeftOut: tellLeftOut };
    // Through the same door as any other: it may come from a process with another version.
    if (Array.isArray(whole)) return asRead(await combineFamilies([], whole as FamilySnapshot[], combining));
    const [, others] = await Promise.all([registry.collect(), sources.beside()]);
    // A copy: families may come and go while the page is written.
    const families =
      others.length === 0
        ? [...registry.families()]
        : await combineFamilies(registry.families(), others, combining);
    return asRead(whole === 'missing' ? families.filter(isMomentary) : families);
  }

  async function* body(format: 'text' | 'openmetrics'): AsyncGenerator<string, void, undefined> {
    const startMs = performance.now();
    const pacer = createPacer();
    yield* renderPage(await pageFamilies(pacer), format, pacer);
    scrapeDuration.observe((performance.now() - startMs) / 1000);
  }

  return {
    ...createBusinessMetrics({ registry, problems, losses, strict, exemplars }),
    registry,
    requestSink: createRequestSink(registry, { exemplars }),
    clientRequestSink: createClientRequestSink(registry, { exemplars }),
    observeActiveRequests: (counts) => observeActiveRequests(registry, counts),
    meterProvider: createMeterProvider({ registry, problems, losses, censor, exemplars }),
    page(accept) {
      const format = pageFormat(accept);
      return { contentType: contentTypes[format], body: body(format) };
    },
    addSource: sources.add,
    snapshot: () => ownSnapshot(createPacer()),
    snapshotNow: () => registry.snapshotNow(),
    problems: problems.told,
    close() {
      registry.close();
      sources.clear();
    },
  };
}

/**
 * What says how things are now. Counts of this process alone, in place of those of all, would be far below them, and a rate would
 * take their coming back for counts; where they are missing it does not.
 */
function isMomentary({ definition: { type } }: PageFamily): boolean {
  return type === 'gauge' || type === 'info';
}

/** The page as people read it: requests first, and last what is said about the page itself. */
function asRead(families: readonly PageFamily[]): readonly PageFamily[] {
  return families.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function rankOf({ definition: { name } }: PageFamily): number {
  if (name.startsWith('http_')) return 0;
  return name.startsWith('sightline_') ? 2 : 1;
}
