/** Remembers what blocks hold that were read a short while ago. */
export interface UnpackedCache<Block extends object, Value> {
  get(block: Block): Value;
  clear(): void;
}

/** @param maxBlocks that are remembered; of more, the one that was not asked for longest goes */
export function createUnpackedCache<Block extends object, Value>(
  maxBlocks: number,
  unpack: (block: Block) => Value,
): UnpackedCache<Block, Value> {
  const values = new Map<Block, Value>();
  return {
    get(block) {
      const value = values.get(block) ?? unpack(block);
      values.delete(block);
      values.set(block, value);
      if (values.size > maxBlocks) {
        const [oldest] = values.keys();
        values.delete(oldest!);
      }
      return value;
    },
    clear: () => values.clear(),
  };
}
