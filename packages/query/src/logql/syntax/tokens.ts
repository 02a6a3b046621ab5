/**
 * What the lexer tells apart, by the names that Loki's errors give them: `unexpected IDENTIFIER`, `expecting }`.
 *
 * Signs and most key words stand for themselves; functions are in capitals, as they are words also.
 */
export type TokenKind = string;

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string, what it stands for. */
  readonly text: string;
  /** Of `DURATION` and `RANGE` in nanoseconds, of `BYTES` in bytes; else 0. */
  readonly amount: number;
  /** UTF-16 units from the start of the query. */
  readonly from: number;
  readonly to: number;
  /** Line and column from 1, in characters; the line is 0 where Loki has lost it, that is after signs of two characters. */
  readonly line: number;
  readonly column: number;
}

/** The end of the text. */
export const endOfText = '$end';

/** A token that is none: its text says why. */
export const lexicalError = 'error';

const signs = ', . { } = != =~ !~ !> |= |~ |> | ( ) [ ] + - * / % ^ == > >= < <=';
const words =
  'or and unless by without bool offset on ignoring group_left group_right unwrap label_replace json regexp logfmt ' +
  'unpack pattern label_format line_format ip decolorize drop keep';

/** Words and signs that are never names. */
export const reservedTokens: ReadonlySet<string> = new Set(`${signs} ${words}`.split(' '));

const functions =
  'rate rate_counter count_over_time bytes_rate bytes_over_time avg_over_time sum_over_time min_over_time ' +
  'max_over_time stdvar_over_time stddev_over_time quantile_over_time first_over_time last_over_time ' +
  'absent_over_time vector sum avg max min count stddev stdvar bottomk topk sort sort_desc approx_topk';

/** Words that are functions only before a parenthesis or a grouping, and names elsewhere: the kind of each. */
export const functionTokens: ReadonlyMap<string, TokenKind> = new Map([
  ...functions.split(' ').map((name): [string, TokenKind] => [name, name.toUpperCase()]),
  ['label_replace', 'label_replace'],
  ['bytes', 'BYTES_CONV'],
  ['duration', 'DURATION_CONV'],
  ['duration_seconds', 'DURATION_SECONDS_CONV'],
  ['ip', 'ip'],
]);
