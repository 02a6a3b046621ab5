import type { Labels } from '../../labels.ts';
import { QueryError } from '../../query-error.ts';
import { LabelPairs } from './label-pairs.ts';
import { duplicateSuffix, errorDetailsLabel, errorLabel, preserveErrorLabel } from './parser-hints.ts';
import type { ParserHints } from './parser-hints.ts';
import type { LabelPair, StreamLabels } from './stream-labels.ts';

/** Most text that is set as labels of one line [UTF-16 units]: templates make of each line as much as they are told to. */
const maxText = 16_777_216;

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
  readonly #metadata = new LabelPairs();
  readonly #parsed = new LabelPairs();
  readonly #deleted = new Set<string>();
  #text = 0;

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
    this.#metadata.clear();
    this.#parsed.clear();
    if (this.#deleted.size > 0) this.#deleted.clear();
    this.#text = 0;
    this.error = '';
    this.errorDetails = '';
    this.hints.reset();
    for (const name of Object.keys(metadata)) this.#addMetadata(name, metadata[name]!);
  }

  #addMetadata(name: string, value: string): void {
    const free = this.#stream.map.has(name) ? name + duplicateSuffix : name;
    if (free === errorLabel) this.error = value;
    else if (free === errorDetailsLabel) this.errorDetails = value;
    else this.#metadata.set(free, value);
  }

  /** Whether a parser has to call this label otherwise. */
  isTaken(name: string): boolean {
    return this.#stream.map.has(name) || this.#metadata.has(name);
  }

  /** Whether it was deleted once; it may have been set again since. */
  isDeleted(name: string): boolean {
    return this.#deleted.has(name);
  }

  get(name: string): string | undefined {
    const own = this.#metadata.get(name) ?? this.#parsed.get(name);
    if (own !== undefined) return own;
    if (this.isDeleted(name)) return undefined;
    const value = this.#stream.map.get(name);
    return value === '' ? undefined : value;
  }

  /** The value that a string filter sees. */
  textOf(name: string): string {
    return name === errorLabel ? this.error : (this.get(name) ?? '');
  }

  /**
   * Sets what a parser or a format made.
   *
   * @throws {QueryError} `limit` when it is too much for one line
   */
  set(name: string, value: string): void {
    this.#text += value.length;
    if (this.#text > maxText)
      throw new QueryError('limit', `query would make more than ${maxText} characters of labels of one line`);
    if (this.#metadata.size > 0) this.#metadata.delete(name);
    this.#parsed.set(name, value);
    this.hints.record(name);
  }

  delete(name: string): void {
    this.#metadata.delete(name);
    this.#parsed.delete(name);
    this.#deleted.add(name);
  }

  fail(error: string, details: string | undefined): void {
    this.error = error;
    if (details !== undefined) this.errorDetails = details;
    if (this.hints.preserveError) this.set(preserveErrorLabel, 'true');
  }

  /** Whether the labels are still those of the stream. */
  isUnchanged(): boolean {
    return this.#metadata.size === 0 && this.#parsed.size === 0 && this.#deleted.size === 0;
  }

  /** All labels: of the stream, of the metadata, what was parsed, errors. */
  pairs(): LabelPair[] {
    return [...this.streamPairs(), ...this.metadataPairs(), ...this.parsedPairs()];
  }

  streamPairs(): LabelPair[] {
    const pairs: LabelPair[] = [];
    for (const pair of this.#stream.map) {
      const [name] = pair;
      if (!this.#deleted.has(name) && !this.#metadata.has(name) && !this.#parsed.has(name)) pairs.push(pair);
    }
    return pairs;
  }

  metadataPairs(): LabelPair[] {
    return this.#metadata.pairs();
  }

  parsedPairs(): LabelPair[] {
    const pairs = this.#parsed.pairs();
    if (this.error !== '') pairs.push([errorLabel, this.error]);
    if (this.errorDetails !== '') pairs.push([errorDetailsLabel, this.errorDetails]);
    return pairs;
  }
}
