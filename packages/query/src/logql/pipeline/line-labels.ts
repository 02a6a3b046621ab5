import type { Labels } from '../../labels.ts';
import { duplicateSuffix, errorDetailsLabel, errorLabel, preserveErrorLabel } from './parser-hints.ts';
import type { ParserHints } from './parser-hints.ts';
import type { LabelPair, StreamLabels } from './stream-labels.ts';

type MutablePair = [name: string, value: string];

/**
 * The labels of one line on its way through the stages: those of its stream, its structured metadata, and what parsers
 * found. One is used for all lines, so a class: its methods are called for every label of every line.
 */
export class LineLabels {
  readonly hints: ParserHints;
  /** What `__error__` and `__error_details__` hold; "" when there is none. */
  error = '';
  errorDetails = '';
  #stream: StreamLabels;
  readonly #metadata: MutablePair[] = [];
  readonly #parsed: MutablePair[] = [];
  readonly #deleted: string[] = [];

  constructor(stream: StreamLabels, hints: ParserHints) {
    this.#stream = stream;
    this.hints = hints;
  }

  get stream(): StreamLabels {
    return this.#stream;
  }

  /** Begins a line. */
  start(stream: StreamLabels, metadata: Labels): void {
    this.#stream = stream;
    this.#metadata.length = 0;
    this.#parsed.length = 0;
    this.#deleted.length = 0;
    this.error = '';
    this.errorDetails = '';
    this.hints.reset();
    for (const name of Object.keys(metadata)) this.#addMetadata(name, metadata[name]!);
  }

  #addMetadata(name: string, value: string): void {
    const free = this.#stream.map.has(name) ? name + duplicateSuffix : name;
    if (free === errorLabel) this.error = value;
    else if (free === errorDetailsLabel) this.errorDetails = value;
    else setPair(this.#metadata, free, value);
  }

  /** Whether a parser has to call this label otherwise. */
  isTaken(name: string): boolean {
    return this.#stream.map.has(name) || indexOf(this.#metadata, name) !== -1;
  }

  /** Whether it was deleted once; it may have been set again since. */
  isDeleted(name: string): boolean {
    return this.#deleted.length > 0 && this.#deleted.includes(name);
  }

  get(name: string): string | undefined {
    const metadataAt = indexOf(this.#metadata, name);
    if (metadataAt !== -1) return this.#metadata[metadataAt]?.[1];
    const parsedAt = indexOf(this.#parsed, name);
    if (parsedAt !== -1) return this.#parsed[parsedAt]?.[1];
    if (this.isDeleted(name)) return undefined;
    const value = this.#stream.map.get(name);
    return value === '' ? undefined : value;
  }

  /** The value that a string filter sees. */
  textOf(name: string): string {
    return name === errorLabel ? this.error : (this.get(name) ?? '');
  }

  /** Sets what a parser or a format made. */
  set(name: string, value: string): void {
    if (this.#metadata.length > 0) removePair(this.#metadata, name);
    setPair(this.#parsed, name, value);
    this.hints.record(name);
  }

  delete(name: string): void {
    removePair(this.#metadata, name);
    removePair(this.#parsed, name);
    this.#deleted.push(name);
  }

  fail(error: string, details: string | undefined): void {
    this.error = error;
    if (details !== undefined) this.errorDetails = details;
    if (this.hints.preserveError) this.set(preserveErrorLabel, 'true');
  }

  /** Whether the labels are still those of the stream. */
  isUnchanged(): boolean {
    return this.#metadata.length === 0 && this.#parsed.length === 0 && this.#deleted.length === 0;
  }

  /** All labels: of the stream, of the metadata, what was parsed, errors. */
  pairs(): LabelPair[] {
    return [...this.streamPairs(), ...this.metadataPairs(), ...this.parsedPairs()];
  }

  streamPairs(): LabelPair[] {
    const pairs: LabelPair[] = [];
    for (const pair of this.#stream.map) {
      const [name] = pair;
      if (this.#deleted.includes(name) || indexOf(this.#metadata, name) !== -1) continue;
      if (indexOf(this.#parsed, name) === -1) pairs.push(pair);
    }
    return pairs;
  }

  metadataPairs(): LabelPair[] {
    return this.#metadata.map(([name, value]) => [name, value]);
  }

  parsedPairs(): LabelPair[] {
    const pairs: LabelPair[] = this.#parsed.map(([name, value]) => [name, value]);
    if (this.error !== '') pairs.push([errorLabel, this.error]);
    if (this.errorDetails !== '') pairs.push([errorDetailsLabel, this.errorDetails]);
    return pairs;
  }
}

function indexOf(pairs: readonly MutablePair[], name: string): number {
  for (let at = 0; at < pairs.length; at += 1) if (pairs[at]?.[0] === name) return at;
  return -1;
}

function setPair(pairs: MutablePair[], name: string, value: string): void {
  const pair = pairs[indexOf(pairs, name)];
  if (pair === undefined) pairs.push([name, value]);
  else pair[1] = value;
}

function removePair(pairs: MutablePair[], name: string): void {
  const at = indexOf(pairs, name);
  if (at !== -1) pairs.splice(at, 1);
}
