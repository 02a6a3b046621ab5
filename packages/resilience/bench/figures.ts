import { cpus } from 'node:os';

/** The middle of an odd number of values, the upper of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What the figures were measured on. */
export function machine(): string {
  return `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}`;
}
