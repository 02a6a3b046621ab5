import { ByteWriter } from './byte-writer.ts';
import type { Signal } from './sender.ts';
import type { ExportPayload } from './transport.ts';
import { wireFields } from './wire-fields.ts';

/** The way to the items of a request, as the numbers and the names of the fields that hold the next level. */
interface Level {
  readonly numbers: readonly number[];
  readonly names: readonly string[];
}

const level = (number: number, ...names: readonly string[]): Level => ({ numbers: [number], names });

/**
 * In all signals it is request, resource, scope and item; metrics have points below, in one field of several.
 *
 * Source: https://github.com/open-telemetry/opentelemetry-proto
 */
const LEVELS: Readonly<Record<Signal, readonly Level[]>> = {
  traces: [level(1, 'resourceSpans'), level(2, 'scopeSpans'), level(2, 'spans')],
  logs: [level(1, 'resourceLogs'), level(2, 'scopeLogs'), level(2, 'logRecords')],
  metrics: [
    level(1, 'resourceMetrics'),
    level(2, 'scopeMetrics'),
    level(2, 'metrics'),
    { numbers: [5, 7, 9, 10, 11], names: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] },
    level(1, 'dataPoints'),
  ],
};

/** Which items are copied, and how many have been passed by. */
interface Selection {
  readonly from: number;
  /** The first that is not. */
  readonly to: number;
  passed: number;
}

/**
 * The two halves of a request, for a server that found it too large: each has the resource and the scopes of its items.
 *
 * @returns nothing where there is only one item
 */
export function halveRequest(signal: Signal, payload: ExportPayload): readonly ExportPayload[] {
  const { items, body, contentType } = payload;
  const levels = LEVELS[signal];
  const copy = contentType === 'application/json' ? jsonCopier(body) : bytesCopier(body);
  const all: Selection = { from: 0, to: 0, passed: 0 };
  copy(levels, all);
  const middle = Math.ceil(all.passed / 2);
  if (all.passed < 2) return [];
  return [
    { items: middle, body: copy(levels, { from: 0, to: middle, passed: 0 }), contentType },
    { items: items - middle, body: copy(levels, { from: middle, to: Infinity, passed: 0 }), contentType },
  ];
}

type Copier = (levels: readonly Level[], selection: Selection) => Buffer;

function bytesCopier(body: Buffer): Copier {
  return (levels, selection) => copyBytes(body, levels, selection) ?? Buffer.alloc(0);
}

function jsonCopier(body: Buffer): Copier {
  const request = JSON.parse(body.toString('utf8')) as object;
  return (levels, selection) => Buffer.from(JSON.stringify(copyJson(request, levels, selection) ?? {}));
}

/** @returns whether the next item is one of those */
function isSelected(selection: Selection): boolean {
  const index = selection.passed++;
  return index >= selection.from && index < selection.to;
}

/** @returns undefined where no item is left of it */
function copyBytes(
  message: Buffer,
  [next, ...below]: readonly Level[],
  selection: Selection,
): Buffer | undefined {
  const kept: Buffer[] = [];
  let isEmpty = true;
  for (const { number, bytes, raw } of wireFields(message)) {
    if (bytes === undefined || !next?.numbers.includes(number)) {
      kept.push(raw);
    } else if (below.length === 0) {
      if (!isSelected(selection)) continue;
      kept.push(raw);
      isEmpty = false;
    } else {
      const inner = copyBytes(bytes, below, selection);
      if (inner === undefined) continue;
      kept.push(lengthPrefix(number, inner.length), inner);
      isEmpty = false;
    }
  }
  return isEmpty ? undefined : Buffer.concat(kept);
}

function lengthPrefix(number: number, length: number): Buffer {
  const writer = new ByteWriter(16);
  writer.varint(number * 8 + 2);
  writer.varint(length);
  return writer.copy();
}

/** @returns undefined where no item is left of it */
function copyJson(
  message: object,
  [next, ...below]: readonly Level[],
  selection: Selection,
): object | undefined {
  const kept: [string, unknown][] = [];
  let isEmpty = true;
  for (const [name, value] of Object.entries(message) as [string, unknown][]) {
    if (!next?.names.includes(name)) {
      kept.push([name, value]);
      continue;
    }
    const of = (Array.isArray(value) ? value : [value]) as readonly object[];
    const copies = of.flatMap((each) => {
      if (below.length === 0) return isSelected(selection) ? [each] : [];
      return copyJson(each, below, selection) ?? [];
    });
    if (copies.length === 0) continue;
    kept.push([name, Array.isArray(value) ? copies : copies[0]]);
    isEmpty = false;
  }
  return isEmpty ? undefined : Object.fromEntries(kept);
}
