const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** @example sizeText(1_610_612_736) // '1.5 GiB' */
export function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** A share as people read it, never rounded up to what it is not: `percentText(0.999)` is `99.9 %`. */
export function percentText(ratio: number): string {
  return `${Math.floor(ratio * 1000) / 10} %`;
}
