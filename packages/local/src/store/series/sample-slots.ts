/** Slots of a page. */
const PAGE_SLOTS = 256;

interface Page {
  readonly samples: Float64Array;
  readonly index: number;
  readonly free: number[];
}

/** Room for a few samples each, in arrays that many series share: an array each would take more than its samples. */
export interface SampleSlots {
  /** Times and values that a slot holds. */
  readonly capacity: number;
  take(): number;
  give(slot: number): void;
  /** The times of a slot, its values behind them. */
  of(slot: number): Float64Array;
  /** Where in that array the slot begins. */
  offset(slot: number): number;
}

export function createSampleSlots(capacity: number): SampleSlots {
  const pages: (Page | undefined)[] = [];
  const roomy = new Set<Page>();
  const slotDoubles = capacity * 2;

  function addPage(): Page {
    const at = pages.indexOf(undefined);
    const page: Page = {
      samples: new Float64Array(PAGE_SLOTS * slotDoubles),
      index: at === -1 ? pages.length : at,
      free: Array.from({ length: PAGE_SLOTS }, (_, slot) => PAGE_SLOTS - 1 - slot),
    };
    pages[page.index] = page;
    roomy.add(page);
    return page;
  }

  return {
    capacity,
    take() {
      const [first] = roomy;
      const page = first ?? addPage();
      const slot = page.free.pop()!;
      if (page.free.length === 0) roomy.delete(page);
      return page.index * PAGE_SLOTS + slot;
    },
    give(slot) {
      const page = pages[Math.floor(slot / PAGE_SLOTS)]!;
      page.free.push(slot % PAGE_SLOTS);
      roomy.add(page);
      if (page.free.length < PAGE_SLOTS) return;
      roomy.delete(page);
      pages[page.index] = undefined;
    },
    of: (slot) => pages[Math.floor(slot / PAGE_SLOTS)]!.samples,
    offset: (slot) => (slot % PAGE_SLOTS) * slotDoubles,
  };
}
