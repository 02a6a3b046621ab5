const EMPTY = 0;
const GONE = 0xffff_ffff;

/** Numbers found by a hash of what they stand for: four bytes each, where a `Map` takes ten times that. */
export interface IdTable {
  find(hash: number, isIt: (id: number) => boolean): number | undefined;
  /** Puts one in that is not there. */
  add(id: number): void;
  remove(id: number): void;
}

/** @param hashOf of what a number stands for; the same while the number is in the table */
export function createIdTable(hashOf: (id: number) => number): IdTable {
  /** Each number plus one. */
  let slots = new Uint32Array(64);
  let used = 0;
  let gone = 0;

  function put(id: number): void {
    const mask = slots.length - 1;
    let at = hashOf(id) & mask;
    while (slots[at] !== EMPTY) at = (at + 1) & mask;
    slots[at] = id + 1;
  }

  function rebuild(): void {
    const before = slots;
    slots = new Uint32Array(used * 2 > before.length / 2 ? before.length * 2 : before.length);
    gone = 0;
    for (const slot of before) if (slot !== EMPTY && slot !== GONE) put(slot - 1);
  }

  return {
    find(hash, isIt) {
      const mask = slots.length - 1;
      for (let at = hash & mask; slots[at] !== EMPTY; at = (at + 1) & mask) {
        const slot = slots[at]!;
        if (slot !== GONE && isIt(slot - 1)) return slot - 1;
      }
      return undefined;
    },
    add(id) {
      if ((used + gone + 1) * 4 > slots.length * 3) rebuild();
      put(id);
      used += 1;
    },
    remove(id) {
      const mask = slots.length - 1;
      for (let at = hashOf(id) & mask; slots[at] !== EMPTY; at = (at + 1) & mask) {
        if (slots[at] !== id + 1) continue;
        slots[at] = GONE;
        used -= 1;
        gone += 1;
        return;
      }
    },
  };
}
