const mask = 0xffff_ffff_ffff_ffffn;
const prime1 = 0x9e37_79b1_85eb_ca87n;
const prime2 = 0xc2b2_ae3d_27d4_eb4fn;
const prime3 = 0x1656_67b1_9e37_79f9n;
const prime4 = 0x85eb_ca77_c2b2_ae63n;
const prime5 = 0x27d4_eb2f_1656_67c5n;

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & mask;
}

function round(accumulator: bigint, input: bigint): bigint {
  return (rotate((accumulator + input * prime2) & mask, 31n) * prime1) & mask;
}

function merge(accumulator: bigint, value: bigint): bigint {
  return ((accumulator ^ round(0n, value)) * prime1 + prime4) & mask;
}

/** The 64-bit hash xxHash with seed 0. Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */
export function xxHash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash: bigint;
  if (bytes.length >= 32) {
    let lanes: [bigint, bigint, bigint, bigint] = [
      (prime1 + prime2) & mask,
      prime2,
      0n,
      (mask + 1n - prime1) & mask,
    ];
    for (; at + 32 <= bytes.length; at += 32) {
      lanes = [
        round(lanes[0], view.getBigUint64(at, true)),
        round(lanes[1], view.getBigUint64(at + 8, true)),
        round(lanes[2], view.getBigUint64(at + 16, true)),
        round(lanes[3], view.getBigUint64(at + 24, true)),
      ];
    }
    hash =
      (rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n)) & mask;
    for (const lane of lanes) hash = merge(hash, lane);
  } else {
    hash = prime5;
  }
  hash = (hash + BigInt(bytes.length)) & mask;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * prime1 + prime4) & mask;
  }
  if (at + 4 <= bytes.length) {
    hash =
      (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * prime1) & mask), 23n) * prime2 + prime3) & mask;
    at += 4;
  }
  for (; at < bytes.length; at += 1) {
    hash = (rotate(hash ^ ((BigInt(bytes[at]!) * prime5) & mask), 11n) * prime1) & mask;
  }
  hash = ((hash ^ (hash >> 33n)) * prime2) & mask;
  hash = ((hash ^ (hash >> 29n)) * prime3) & mask;
  return hash ^ (hash >> 32n);
}
