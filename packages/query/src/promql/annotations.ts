import { lineAndColumn, type QueryPosition } from '../query-error.ts';

/** What a query has to say beside its result. */
export interface Annotations {
  /** The result may not be what was meant. Prometheus's text and the place: `PromQL warning: … (1:15)`. */
  readonly warnings: readonly string[];
  /** Nothing is wrong, but it is worth a look. */
  readonly infos: readonly string[];
}

/** Numbers that grow with each time the same is said, and what they make of the text at the end. */
export interface NoteDetail {
  merge(earlier: NoteDetail): NoteDetail;
  text(base: string): string;
}

/** Collects what is said during one query; the same text twice is one. */
export interface Notes {
  warn(text: string, position: QueryPosition, detail?: NoteDetail): void;
  info(text: string, position: QueryPosition, detail?: NoteDetail): void;
  result(query: string): Annotations;
}

interface Note {
  readonly text: string;
  readonly position: QueryPosition;
  readonly detail: NoteDetail | undefined;
}

export function createNotes(): Notes {
  const warnings = new Map<string, Note>();
  const infos = new Map<string, Note>();
  const add = (
    notes: Map<string, Note>,
    text: string,
    position: QueryPosition,
    detail?: NoteDetail,
  ): void => {
    const earlier = notes.get(text);
    if (earlier === undefined || detail === undefined || earlier.detail === undefined) {
      notes.set(text, { text, position, detail });
    } else {
      notes.set(text, { ...earlier, detail: detail.merge(earlier.detail) });
    }
  };
  return {
    warn: (text, position, detail) => add(warnings, `PromQL warning: ${text}`, position, detail),
    info: (text, position, detail) => add(infos, `PromQL info: ${text}`, position, detail),
    result: (query) => ({ warnings: texts(warnings, query), infos: texts(infos, query) }),
  };
}

function texts(notes: ReadonlyMap<string, Note>, query: string): readonly string[] {
  return Array.from(notes.values(), ({ text, position, detail }) => {
    const whole = detail === undefined ? text : detail.text(text);
    return `${whole} (${lineAndColumn(query, position.from)})`;
  });
}
