import { parseGoFloat } from './go-float.ts';
import type { ParsedNumber } from './go-float.ts';

const letters = ['k', 'm', 'g', 't', 'p', 'e'];

/** Bytes of each unit, in small letters: `kb` and `k` are 1000, `kib` and `ki` 1024. */
const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ...letters.flatMap((letter, at): [string, number][] => [
    [letter, 1000 ** (at + 1)],
    [`${letter}b`, 1000 ** (at + 1)],
    [`${letter}i`, 1024 ** (at + 1)],
    [`${letter}ib`, 1024 ** (at + 1)],
  ]),
]);

/** Reads `1.5 MiB` in bytes, as go-humanize's `ParseBytes` does: whole bytes, commas between digits are no matter. */
export function parseByteSize(text: string): ParsedNumber {
  const digits = /^[\p{Nd}.,]*/u.exec(text)![0];
  const amount = parseGoFloat(digits.replaceAll(',', ''));
  if (!('value' in amount)) return amount;
  const unit = text.slice(digits.length).trim().toLowerCase();
  const factor = units.get(unit);
  if (factor === undefined) return { problem: `unhandled size name: ${unit}` };
  const bytes = amount.value * factor;
  return bytes >= 2 ** 64 ? { problem: `too large: ${text}` } : { value: Math.trunc(bytes) };
}

const names = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** `1.5MB`, as go-humanize writes so many bytes, without the space. */
export function formatByteSize(bytes: number): string {
  if (bytes < 10) return `${bytes}B`;
  const power = Math.min(names.length - 1, Math.floor(Math.log10(bytes) / 3 + 1e-12));
  const value = Math.floor((bytes / 1000 ** power) * 10 + 0.5) / 10;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)}${names[power]}`;
}
