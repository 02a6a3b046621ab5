import { type Labels, ownLabel, setLabel } from '@sightline/query';
import { detached } from '../../store/detached.ts';
import type { Exemplar, Metadata, MetricType, SampleSink } from '../samples.ts';
import { withBound } from './bound-text.ts';
import type { ParsedExemplar } from './parse-exemplar.ts';
import { ExpositionError, parseExposition } from './parse-exposition.ts';
import { parseSeries } from './parse-series.ts';

/** Reads the pages of one target, one after the other. */
export interface PageReader {
  /**
   * Takes a page, and ends the series that were on the one before and are not on this. Where the page gives the time of a
   * sample, its series is not ended: whoever says how old it is may go on with what is older than the end.
   *
   * @returns how many samples it had
   * @throws {ExpositionError} with nothing taken
   */
  take(page: string, isOpenMetrics: boolean, timeMs: number): number;
  /** Ends all series. */
  end(timeMs: number): void;
}

const types: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'info', 'stateset']);

type Pending = readonly [Labels, timeMs: number, value: number, exemplars: readonly Exemplar[] | undefined];

/** @param own labels of the target; they win, and a page's own of the same name goes on as `exported_…` */
export function createPageReader(own: Labels, sink: SampleSink): PageReader {
  /** By the text that stands on the page, for as long as it stands there. */
  let known: ReadonlyMap<string, Labels> = new Map();
  /** Those of them that stand there with times of their own. */
  let knownTimed: ReadonlySet<string> = new Set();
  /** Exemplars of the last page that have no time, by the text of their series. */
  let knownExemplars: ReadonlyMap<string, string> = new Map();

  function endMissing(
    after: ReadonlyMap<string, Labels>,
    afterTimed: ReadonlySet<string>,
    timeMs: number,
  ): void {
    for (const [text, labels] of known) {
      const goesOn = after.has(text) && !afterTimed.has(text);
      if (!knownTimed.has(text) && !goesOn) sink.sample(labels, timeMs, undefined);
    }
    known = after;
    knownTimed = afterTimed;
  }

  /** @param type of the metric, as the page has it */
  function labelsOf(text: string, type: string): Labels {
    const before = known.get(text);
    if (before !== undefined) return before;
    // Of a copy: labels are kept for as long as their series is on the page, and the page itself must not be.
    const labels = parseSeries(detached(text));
    if (labels === undefined) throw new ExpositionError(`no set of labels: ${text.slice(0, 80)}`);
    return withTarget(withBound(labels, type), own);
  }

  /** False for one without a time that stood there on the page before: it would have a new time on every page. */
  function isNews(text: string, exemplar: ParsedExemplar, untimed: Map<string, string>): boolean {
    if (exemplar.timeMs !== undefined) return true;
    const shown = JSON.stringify([exemplar.value, exemplar.labels]);
    untimed.set(text, shown);
    return knownExemplars.get(text) !== shown;
  }

  return {
    take(page, isOpenMetrics, timeMs) {
      const seen = new Map<string, Labels>();
      const timed = new Set<string>();
      const metadata = new Map<string, Metadata>();
      const untimed = new Map<string, string>();
      const pending: Pending[] = [];
      let typeHere = '';
      parseExposition(page, isOpenMetrics, {
        sample(text, value, givenMs, exemplar) {
          const labels = labelsOf(text, typeHere);
          if (givenMs === undefined) timed.delete(text);
          else if (!seen.has(text)) timed.add(text);
          seen.set(text, labels);
          const exemplars =
            exemplar !== undefined && isNews(text, exemplar, untimed)
              ? [{ ...exemplar, timeMs: exemplar.timeMs ?? givenMs ?? timeMs }]
              : undefined;
          pending.push([labels, givenMs ?? timeMs, value, exemplars]);
        },
        metadata(name, { type, help, unit }) {
          typeHere = type ?? typeHere;
          const before = metadata.get(name);
          metadata.set(name, {
            type: type === undefined ? (before?.type ?? 'unknown') : typeNamed(type),
            help: help ?? before?.help ?? '',
            unit: unit ?? before?.unit ?? '',
          });
        },
      });
      // Only now: a page with one bad line is not taken in part.
      for (const [labels, atMs, value, exemplars] of pending) sink.sample(labels, atMs, value, exemplars);
      for (const [name, each] of metadata) sink.metadata(name, each);
      endMissing(seen, timed, timeMs);
      knownExemplars = untimed;
      return pending.length;
    },
    end: (timeMs) => endMissing(new Map(), new Set(), timeMs),
  };
}

function typeNamed(type: string): MetricType {
  return types.has(type) ? (type as MetricType) : 'unknown';
}

/**
 * A label of the page that the target has as well is called `exported_…`, with as many times `exported_` as it takes to be no
 * other one: the shorter names first, as Prometheus does.
 */
function withTarget(labels: Labels, own: Labels): Labels {
  const result: Record<string, string> = { ...labels };
  const taken: [name: string, value: string][] = [];
  for (const [name, value] of Object.entries(own)) {
    if (ownLabel(labels, name) !== '') taken.push([name, labels[name]!]);
    setLabel(result, name, value);
  }
  for (const [name, value] of taken.toSorted(byLength)) {
    let exported = `exported_${name}`;
    while (ownLabel(result, exported) !== '') exported = `exported_${exported}`;
    result[exported] = value;
  }
  return result;
}

function byLength([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one.length - other.length || (one < other ? -1 : 1);
}
