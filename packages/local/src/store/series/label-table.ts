import { type LabelMatcher, type Labels, labelTest } from '@sightline/query';
import { detached } from '../detached.ts';
import { createIdTable } from './id-table.ts';
import { type Postings, eachPosting, postingsLength, withPosting, withoutPostings } from './postings.ts';

/** About what a series takes besides its labels: its place in the table of hashes and in the columns. */
const SERIES_BYTES = 60;
/** About what a label of a series takes: its value's number, and its place among the series of that value. */
const LABEL_BYTES = 12;
/** About what a value takes besides its text. */
const VALUE_BYTES = 120;
/** Orders of names that are remembered. */
const MAX_ORDERS = 10_000;

/**
 * Sets of labels by numbers, and numbers by labels. A text is kept once however many series have it, names once for all
 * series of the same, and a series is a row of numbers.
 */
export interface LabelTable {
  size(): number;
  /** About what it takes [bytes]. */
  bytes(): number;
  /** The number of a set; undefined when it is not there. */
  find(labels: Labels): number | undefined;
  /** Puts a set in that is not there. @returns its number: the number of one that was removed, or the next */
  add(labels: Labels): number;
  remove(ids: readonly number[]): void;
  labelsOf(id: number): Labels;
  /** Every number that is in use. */
  ids(): Iterable<number>;
  /** Those whose labels fit all matchers, in no order. A matcher that "" fits lets a missing label pass. */
  select(matchers: readonly LabelMatcher[]): Iterable<number>;
  names(): Iterable<string>;
  values(name: string): Iterable<string>;
}

/** The series that have the same names. */
interface Shape {
  readonly key: string;
  /** Sorted. */
  readonly names: readonly string[];
  readonly hasProto: boolean;
  /** The numbers of values, a row a series. */
  rows: Uint32Array<ArrayBuffer>;
  rowCount: number;
  readonly free: number[];
}

interface Ordered {
  readonly shape: Shape;
  /** For each name of the shape its place among the given ones. */
  readonly order: readonly number[];
}

interface ValueEntry {
  readonly name: string;
  readonly text: string;
  postings: Postings;
}

export function createLabelTable(): LabelTable {
  const shapes = new Map<string, Shape>();
  const orders = new Map<string, Ordered>();
  const values: (ValueEntry | undefined)[] = [];
  const freeValues: number[] = [];
  const byName = new Map<string, Map<string, number>>();
  const shapeOf: (Shape | undefined)[] = [];
  let rowOf = new Uint32Array(64);
  const freeIds: number[] = [];
  let size = 0;
  let bytes = 0;
  const table = createIdTable((id) => hashOfRow(id));

  function orderedOf(labels: Labels): Ordered {
    const given = Object.keys(labels);
    const givenKey = given.join('\0');
    const known = orders.get(givenKey);
    if (known !== undefined && shapes.get(known.shape.key) === known.shape) return known;
    const names = given.toSorted();
    const key = names.join('\0');
    let shape = shapes.get(key);
    if (shape === undefined) {
      shape = {
        key,
        names,
        hasProto: names.includes('__proto__'),
        rows: new Uint32Array(0),
        rowCount: 0,
        free: [],
      };
      shapes.set(key, shape);
    }
    const ordered = { shape, order: names.map((name) => given.indexOf(name)) };
    if (orders.size >= MAX_ORDERS) orders.clear();
    orders.set(givenKey, ordered);
    return ordered;
  }

  function hashOfRow(id: number): number {
    const shape = shapeOf[id]!;
    const width = shape.names.length;
    const from = rowOf[id]! * width;
    let hash = width;
    for (let at = from; at < from + width; at++) hash = mixed(hash, shape.rows[at]!);
    return hash;
  }

  function valueId(name: string, text: string): number | undefined {
    return byName.get(name)?.get(text);
  }

  function addValue(name: string, text: string, id: number): number {
    let own = byName.get(name);
    if (own === undefined) byName.set(name, (own = new Map()));
    const known = own.get(text);
    if (known !== undefined) {
      const entry = values[known]!;
      entry.postings = withPosting(entry.postings, id);
      return known;
    }
    const value = freeValues.pop() ?? values.length;
    // A copy: the text may be a part of the body that it came in, which must not stay for it.
    values[value] = { name, text: detached(text), postings: id };
    own.set(values[value].text, value);
    bytes += VALUE_BYTES + text.length;
    return value;
  }

  function dropValue(value: number, { name, text }: ValueEntry): void {
    const own = byName.get(name)!;
    own.delete(text);
    if (own.size === 0) byName.delete(name);
    values[value] = undefined;
    freeValues.push(value);
    bytes -= VALUE_BYTES + text.length;
  }

  function isRow(id: number, shape: Shape, row: readonly number[]): boolean {
    if (shapeOf[id] !== shape) return false;
    const from = rowOf[id]! * row.length;
    for (let at = 0; at < row.length; at++) if (shape.rows[from + at] !== row[at]) return false;
    return true;
  }

  return {
    size: () => size,
    bytes: () => bytes,
    find(labels) {
      const { shape } = orderedOf(labels);
      const row: number[] = [];
      let hash = shape.names.length;
      for (const name of shape.names) {
        const value = valueId(name, labels[name]!);
        if (value === undefined) return undefined;
        row.push(value);
        hash = mixed(hash, value);
      }
      return table.find(hash, (id) => isRow(id, shape, row));
    },
    add(labels) {
      const { shape } = orderedOf(labels);
      const width = shape.names.length;
      const id = freeIds.pop() ?? shapeOf.length;
      const rowAt = shape.free.pop() ?? shape.rowCount++;
      if ((rowAt + 1) * width > shape.rows.length) shape.rows = grown(shape.rows, (rowAt + 1) * width);
      if (id >= rowOf.length) rowOf = grown(rowOf, id + 1);
      shapeOf[id] = shape;
      rowOf[id] = rowAt;
      shape.names.forEach((name, at) => {
        shape.rows[rowAt * width + at] = addValue(name, labels[name]!, id);
      });
      table.add(id);
      size += 1;
      bytes += SERIES_BYTES + LABEL_BYTES * width;
      return id;
    },
    remove(ids) {
      const touched = new Set<number>();
      for (const id of ids) {
        const shape = shapeOf[id]!;
        table.remove(id);
        const width = shape.names.length;
        const row = rowOf[id]!;
        for (let at = row * width; at < (row + 1) * width; at++) touched.add(shape.rows[at]!);
        shape.free.push(row);
        if (shape.free.length === shape.rowCount) shapes.delete(shape.key);
        shapeOf[id] = undefined;
        freeIds.push(id);
        size -= 1;
        bytes -= SERIES_BYTES + LABEL_BYTES * width;
      }
      for (const value of touched) {
        const entry = values[value]!;
        const left = withoutPostings(entry.postings, (id) => shapeOf[id] === undefined);
        if (left === undefined) dropValue(value, entry);
        else entry.postings = left;
      }
    },
    labelsOf(id) {
      const shape = shapeOf[id]!;
      const { names, rows } = shape;
      const from = rowOf[id]! * names.length;
      if (shape.hasProto)
        return Object.fromEntries(names.map((name, at) => [name, values[rows[from + at]!]!.text]));
      const labels: Record<string, string> = {};
      for (let at = 0; at < names.length; at++) labels[names[at]!] = values[rows[from + at]!]!.text;
      return labels;
    },
    *ids() {
      for (let id = 0; id < shapeOf.length; id++) if (shapeOf[id] !== undefined) yield id;
    },
    *select(matchers) {
      let fewest: Postings | undefined;
      for (const { name, op, value } of matchers) {
        if (op !== '=' || value === '') continue;
        const own = valueId(name, value);
        const postings = own === undefined ? undefined : values[own]!.postings;
        if (postings === undefined) return;
        if (fewest === undefined || postingsLength(postings) < postingsLength(fewest)) fewest = postings;
      }
      const tests = matchers.map((matcher) => createTest(matcher));
      const inShapes = new Map<Shape, readonly number[]>();
      for (const id of fewest === undefined ? this.ids() : eachPosting(fewest)) {
        const shape = shapeOf[id];
        // Whoever reads lets others work meanwhile: it may be gone.
        if (shape === undefined) continue;
        let places = inShapes.get(shape);
        if (places === undefined)
          inShapes.set(shape, (places = matchers.map(({ name }) => shape.names.indexOf(name))));
        const from = rowOf[id]! * shape.names.length;
        let fits = true;
        for (let at = 0; fits && at < tests.length; at++) {
          const place = places[at]!;
          fits = tests[at]!(place === -1 ? undefined : shape.rows[from + place]);
        }
        if (fits) yield id;
      }
    },
    names: () => byName.keys(),
    values: (name) => byName.get(name)?.keys() ?? [],
  };

  /** The test of a value by its number; an expression is tried once on each value. */
  function createTest(matcher: LabelMatcher): (value: number | undefined) => boolean {
    const { name, op, value: text } = matcher;
    if (op === '=' && text !== '') {
      const wanted = valueId(name, text);
      return (value) => value === wanted;
    }
    const fits = labelTest(matcher);
    const known = new Map<number | undefined, boolean>();
    return (value) => {
      let result = known.get(value);
      if (result === undefined)
        known.set(value, (result = fits(value === undefined ? '' : values[value]!.text)));
      return result;
    };
  }
}

function mixed(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function grown(array: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  // By half: at a hundred thousand series twice as much would be a megabyte for nothing.
  const larger = new Uint32Array(Math.max(least, Math.ceil(array.length * 1.5), 8));
  larger.set(array);
  return larger;
}
