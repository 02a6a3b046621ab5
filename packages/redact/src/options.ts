import * as z from 'zod';
import { CHARACTER_SETS } from './characters.ts';
import type { CharacterSetName } from './characters.ts';
import type { FinderRule, TokenRule } from './rule.ts';

const asciiLiteral = z
  .string()
  .regex(/^[\x20-\x7e]+$/, 'a literal of ASCII characters')
  .max(64);
const ruleName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a kebab-case name such as `employee-badge`');

const tokenRuleSchema = z.strictObject({
  name: ruleName,
  prefixes: z.array(asciiLiteral.min(3)).min(1).readonly(),
  body: z.enum(Object.keys(CHARACTER_SETS) as [CharacterSetName, ...CharacterSetName[]]),
  minLength: z.int().min(4).max(1024),
  atWordStart: z.boolean().optional(),
}) satisfies z.ZodType<TokenRule>;

const finderRuleSchema = z.strictObject({
  name: ruleName,
  anchors: z.array(asciiLiteral.min(2)).min(1).readonly(),
  find: z.custom<FinderRule['find']>((value) => typeof value === 'function', 'a function'),
}) satisfies z.ZodType<FinderRule>;

export const redactOptionsSchema = z.strictObject({
  /** Names that are secret as well, in any case and spelling, wherever they stand in a name. */
  keys: z.array(z.string().min(2)).readonly().default([]),
  /** Names that are never secret, though a rule would say so; compared without case and separators. */
  allowKeys: z.array(z.string().min(1)).readonly().default([]),
  /** Rules besides the built-in ones, of the same two kinds; see `TokenRule` and `FinderRule`. */
  rules: z
    .array(z.union([tokenRuleSchema, finderRuleSchema]))
    .readonly()
    .default([]),
  /** Whether e-mail addresses are censored. */
  email: z.boolean().default(false),
  /** Whether IP addresses are censored. */
  ipAddress: z.boolean().default(false),
  /** What stands in a secret's place. In URLs, which cannot hold brackets, only its letters, digits, `.`, `_`, `~`, `-`. */
  marker: z.string().min(1).max(64).default('[REDACTED]'),
  /** Levels of nesting that `value` copies; deeper ones are named, not shown. */
  maxDepth: z.int().min(1).max(100).default(32),
  /** Entries that `value` copies, all levels together; then it says how many are left out. */
  maxEntries: z.int().min(1).max(10_000_000).default(10_000),
  /** Characters of one string that are kept [UTF-16 code units]; then it says how many are left out. */
  maxStringLength: z.int().min(16).max(100_000_000).default(1_048_576),
  /** Characters of all strings of one `value` together [UTF-16 code units]; a string beyond is named by its length. */
  maxTotalLength: z.int().min(16).max(1_000_000_000).default(16_777_216),
});

/** What a caller writes. */
export type RedactOptions = z.input<typeof redactOptionsSchema>;
/** What our code reads: every key present, frozen. */
export type ResolvedRedactOptions = Readonly<z.output<typeof redactOptionsSchema>>;
