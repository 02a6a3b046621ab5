import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Enough for text in its few colours, and an emoji. */
const COLORS = 160;
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Undoes the filter of each line. Source: https://www.w3.org/TR/png/#9Filters */
function unfilter(data: Buffer, width: number, height: number, channels: number): Buffer {
  const size = width * channels;
  const out = Buffer.alloc(size * height);
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (size + 1)] ?? 0;
    for (let x = 0; x < size; x += 1) {
      const at = (dx: number, dy: number): number =>
        x < dx || y < dy ? 0 : (out[(y - dy) * size + x - dx] ?? 0);
      const left = at(channels, 0);
      const up = at(0, 1);
      const corner = at(channels, 1);
      const estimate = left + up - corner;
      const [a, b, c] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
        number,
        number,
        number,
      ];
      const nearest = a <= b && a <= c ? left : b <= c ? up : corner;
      const guess = [0, left, up, (left + up) >> 1, nearest][filter] ?? 0;
      out[y * size + x] = ((data[y * (size + 1) + 1 + x] ?? 0) + guess) & 255;
    }
  }
  return out;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** What colours are rounded to before they are counted, so that edges of letters do not crowd out the rest. */
const rounded = (color: number): number => color & 0xf0f0f0;

function distance(a: number, b: number): number {
  return [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);
}

/** A picture of 8-bit colours, without interlacing, again with a palette: a third of the bytes, for a screen full of text. */
export function palettePng(png: Buffer): Buffer {
  const chunks = new Map<string, Buffer[]>();
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    chunks.set(type, [...(chunks.get(type) ?? []), png.subarray(at + 8, at + 8 + png.readUInt32BE(at))]);
  }
  const header = Buffer.from(chunks.get('IHDR')?.[0] ?? Buffer.alloc(13));
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3];
  const pixels = unfilter(inflateSync(Buffer.concat(chunks.get('IDAT') ?? [])), width, height, channels);
  const colors = Array.from({ length: width * height }, (_none, index) =>
    pixels.readUIntBE(index * channels, 3),
  );
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(rounded(color), (counts.get(rounded(color)) ?? 0) + 1);
  const palette = Array.from(counts)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, COLORS)
    .map(([color]) => color);
  const known = new Map<number, number>();
  const indexOf = (color: number): number => {
    const found = known.get(color);
    if (found !== undefined) return found;
    const nearest = palette.reduce(
      (best, each, index) => (distance(each, color) < distance(palette[best] ?? 0, color) ? index : best),
      0,
    );
    known.set(color, nearest);
    return nearest;
  };
  const rows = Buffer.alloc((width + 1) * height);
  for (const [index, color] of colors.entries()) {
    rows[index + Math.floor(index / width) + 1] = indexOf(rounded(color));
  }
  // 8 bits, a palette, no interlacing.
  header.set([8, 3, 0, 0, 0], 8);
  // White is white again.
  const full = palette.map((color) => (color === 0xf0f0f0 ? 0xffffff : color));
  const plte = Buffer.from(full.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', plte),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
