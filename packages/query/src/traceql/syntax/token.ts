/** A piece of a query. `type` is what a message calls it: the sign or word itself, or its sort in capitals. */
export interface Token {
  readonly type: string;
  /** What it stands for: the text of a string without its quotes, the name of an attribute, the digits. */
  readonly text: string;
  /** UTF-16 units from the start of the query. */
  readonly from: number;
  readonly to: number;
  /** What is wrong with it, in the words of Tempo; it counts when the parser comes to it. */
  readonly problem?: string;
  /** Where Tempo says it is: it loses the line after a sign of several characters. */
  readonly line: number;
  readonly column: number;
}

export const END = '$end';

/** Words and signs of the language. */
const words: ReadonlySet<string> = new Set(
  (
    ', . { } ( ) = != =~ !~ > >= < <= + - / % * ^ && || ! | >> << ~ !> !< !>> !<< &~ &> &< &>> &<< ' +
    'true false nil ok error unset unspecified internal server client producer consumer ' +
    'duration childCount name status statusMessage kind rootName rootServiceName rootService traceDuration ' +
    'nestedSetLeft nestedSetRight nestedSetParent id traceID spanID parentID timeSinceStart version parent ' +
    'parent. resource. span. event. link. instrumentation. trace: span: event: link: instrumentation: ' +
    'count avg max min sum by coalesce select rate count_over_time min_over_time max_over_time avg_over_time ' +
    'sum_over_time quantile_over_time histogram_over_time compare topk bottomk with'
  ).split(' '),
);

export const isWord = (text: string): boolean => words.has(text);

/** Signs after which the name of an attribute stands. */
const attributeStarts: ReadonlySet<string> = new Set(
  '. parent. resource. span. event. link. instrumentation.'.split(' '),
);

export const startsAttribute = (text: string): boolean => attributeStarts.has(text);

/** What cannot be in the name of an attribute without quotes. */
export const endsAttribute = (character: string): boolean =>
  character === '' || /[\s{}()=~!<>&|^,]/u.test(character);
