import type { BlockCodec } from '../../packed/block-codec.ts';
import { createUnpackedCache } from '../../packed/unpacked-cache.ts';
import type { Span } from '../model.ts';
import type { SpanNeed } from '../source.ts';
import { mayMeet } from './block-index.ts';
import { type PackedSpans, packSpans, packedSpansBytes, unpackSpans } from './pack-spans.ts';

/** Spans of a block: what is unpacked to read one trace of it. */
const maxSpans = 512;
/** Blocks that stay unpacked for who asks again, and for the next trace of the same block. */
const maxCachedBlocks = 8;
/** A block of which less than this is left is packed anew without what is gone. */
const minLiveRatio = 0.25;

/** What a block has of one trace. */
export interface StoredPart {
  block: SpanBlock;
  /** Its place in the block. */
  place: number;
  readonly size: number;
}

interface SpanBlock {
  readonly packed: PackedSpans;
  /** What is left of it. */
  readonly live: Set<StoredPart>;
  liveSpans: number;
  readonly spans: number;
}

/** Keeps spans of several traces packed together. */
export interface SpanBlocks {
  /** From so many spans on a block is long enough. */
  readonly maxSpans: number;
  /** What they take, about [bytes]. */
  bytes(): number;
  /** @returns for each list what it is read by */
  pack(lists: readonly (readonly Span[])[]): readonly StoredPart[];
  read(part: StoredPart): readonly Span[];
  /** A test of parts: false when no span of the block that a part is in has all that is needed. */
  mayMeet(needs: readonly SpanNeed[]): (part: StoredPart) => boolean;
  forget(part: StoredPart): void;
}

export function createSpanBlocks(codec: BlockCodec): SpanBlocks {
  const cache = createUnpackedCache(maxCachedBlocks, (packed: PackedSpans) => unpackSpans(packed, codec));
  let bytes = 0;

  function pack(lists: readonly (readonly Span[])[]): SpanBlock {
    const packed = packSpans(lists, codec);
    bytes += packedSpansBytes(packed);
    const spans = lists.reduce((sum, list) => sum + list.length, 0);
    return { packed, live: new Set(), liveSpans: spans, spans };
  }

  function read({ block, place }: StoredPart): readonly Span[] {
    return cache.get(block.packed)[place]!;
  }

  /** Packs what is left of a block without what is gone. */
  function packAnew(old: SpanBlock): void {
    const parts = [...old.live];
    const block = pack(parts.map(read));
    bytes -= packedSpansBytes(old.packed);
    parts.forEach((part, place) => {
      part.block = block;
      part.place = place;
      block.live.add(part);
    });
  }

  return {
    maxSpans,
    bytes: () => bytes,
    pack(lists) {
      const block = pack(lists);
      const parts = lists.map((list, place): StoredPart => ({ block, place, size: list.length }));
      for (const part of parts) block.live.add(part);
      return parts;
    },
    read,
    mayMeet(needs) {
      const known = new Map<SpanBlock, boolean>();
      return ({ block }) => {
        let may = known.get(block);
        if (may === undefined) known.set(block, (may = mayMeet(block.packed, needs)));
        return may;
      };
    },
    forget(part) {
      const { block } = part;
      block.live.delete(part);
      block.liveSpans -= part.size;
      if (block.live.size === 0) bytes -= packedSpansBytes(block.packed);
      else if (block.liveSpans < block.spans * minLiveRatio) packAnew(block);
    },
  };
}
