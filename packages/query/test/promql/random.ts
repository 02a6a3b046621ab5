/** Numbers that look random and are the same for the same seed. Source: https://en.wikipedia.org/wiki/Xorshift */
export interface Random {
  /** 0 to 1, without 1. */
  next(): number;
  /** A whole number below the bound. */
  below(bound: number): number;
}

export function createRandom(seed: number): Random {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
  return { next, below: (bound) => Math.floor(next() * bound) };
}
