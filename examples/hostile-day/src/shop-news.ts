import type { LoggerStats } from '@sightline/logger';

/** What the shop tells at the end of each hour. */
export interface ShopNews {
  readonly hour: number;
  /** Lines so far. */
  readonly written: number;
  /** Lines so far that the module `payments` wrote at the level debug. */
  readonly debugLines: number;
}

/** What it leaves behind. */
export interface LastWords extends LoggerStats {
  readonly written: number;
  readonly secrets: readonly string[];
}
