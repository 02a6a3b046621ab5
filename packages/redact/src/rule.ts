import type { CharacterSetName } from './characters.ts';

/** Where a secret stands in a text: from the first character to the one after the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Set when the marker must be fit for a URL. */
  readonly inUrl?: boolean;
}

/**
 * What a rule found at an anchor: the secret's span, or the index before which it need not be asked again.
 * That index is what keeps a rule linear: a rule that has looked at a run of characters in vain says where it ended.
 */
export type Finding = Span | number;

/** A compiled rule, as the scanner runs it. */
export interface TextRule {
  readonly name: string;
  /** Literals that announce the secret: ASCII, in either case, `#` for any digit. */
  readonly anchors: readonly string[];
  /**
   * Looks around the anchor at `from`…`to`. Must not throw.
   *
   * @param censoredTo what is before this index has been dealt with
   */
  find(text: string, from: number, to: number, censoredTo: number): Finding;
}

/** A secret that begins with a known prefix: how nearly all issued tokens look. */
export interface TokenRule {
  /** Name in the counts, kebab-case: `github-token`. */
  readonly name: string;
  /** Case-sensitive beginnings, three characters or more. */
  readonly prefixes: readonly string[];
  /** What the rest is made of. */
  readonly body: CharacterSetName;
  /** Fewest characters after the prefix. */
  readonly minLength: number;
  /** True where the prefix is too common to count inside a word: `sk-`. Default: false. */
  readonly atWordStart?: boolean | undefined;
}

/** A secret that takes code to recognise. */
export interface FinderRule {
  readonly name: string;
  /** Literals that announce the secret: two ASCII characters or more, in either case, `#` for any digit. */
  readonly anchors: readonly string[];
  /**
   * Names the secret's span in `window`, which is at most 256 characters on each side of the anchor.
   * What it throws counts as nothing found.
   */
  readonly find: (window: string, anchorAt: number) => { from: number; to: number } | undefined;
}
