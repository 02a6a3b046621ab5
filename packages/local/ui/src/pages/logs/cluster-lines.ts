/** Lines that differ only in what `<_>` stands for. */
export interface Cluster {
  /** In the words of a pattern filter of LogQL: `POST <_> failed after <_>`. */
  readonly pattern: string;
  readonly count: number;
}

const MAX_TOKENS = 60;
const MAX_LENGTH = 2000;
const MAX_CLUSTERS = 300;
/** Share of the words that have to be the same. */
const SIMILAR_FROM = 0.6;
const ANY = '<_>';
/** Numbers, ids, times, addresses: what is never the same, whether it was seen once or twice. */
const VARIABLE =
  /^[([{"'<]*(?:[-+]?\d[\d.,:/T+-]*(?:ms|us|µs|ns|s|m|h|%|B|[KMGT]i?B)?|0x[0-9a-f]+|[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{27}|.*\d.*\d.*\d.*)[)\]}"'>,;.:!?]*$/i;
/** Of a request the status is the number that matters. */
const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;
const STATUS = /^[1-5]\d\d$/;
const PATH_ID = /\/(?:\d+|[0-9a-f]{8,}(?:-[0-9a-f]+)*)(?=[/?]|$)/gi;

interface Growing {
  tokens: string[];
  count: number;
}

/**
 * Groups texts by their shape, the most frequent first. A simple form of Drain (He et al., 2017): texts of as many words
 * with the same first word are compared word by word, and words that differ become `<_>`.
 */
export function clusterLines(texts: Iterable<string>): readonly Cluster[] {
  const groups = new Map<string, Growing[]>();
  let clusters = 0;
  for (const text of texts) {
    const tokens = tokensOf(text);
    // Requests with different paths are not alike, however few words there are beside the path.
    const key = METHOD.test(tokens[0] ?? '')
      ? tokens.slice(0, 3).join(' ')
      : `${tokens.length} ${tokens[0] ?? ''}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = []));
    let best: Growing | undefined;
    let bestShare = SIMILAR_FROM;
    for (const each of group) {
      if (each.tokens.length !== tokens.length) continue;
      const share = similarity(each.tokens, tokens);
      if (share >= bestShare) [best, bestShare] = [each, share];
    }
    if (best !== undefined) {
      best.count++;
      best.tokens = best.tokens.map((token, index) => (token === tokens[index] ? token : ANY));
    } else if (clusters < MAX_CLUSTERS) {
      clusters++;
      group.push({ tokens, count: 1 });
    }
  }
  return [...groups.values()]
    .flat()
    .map(({ tokens, count }) => ({ pattern: patternOf(tokens), count }))
    .toSorted((one, other) => other.count - one.count || (one.pattern < other.pattern ? -1 : 1));
}

function tokensOf(text: string): string[] {
  const words = text
    .slice(0, MAX_LENGTH)
    .trim()
    .split(/\s+/, MAX_TOKENS + 1);
  const isRequest = METHOD.test(words[0] ?? '');
  const tokens = words.slice(0, MAX_TOKENS).map((word) => shapeOf(word, isRequest));
  // What comes after so many words does not matter any more.
  if (words.length > MAX_TOKENS) tokens.push(ANY);
  return tokens;
}

/** A word, or what stands for it; of a path only the segments that are ids. */
function shapeOf(word: string, isRequest: boolean): string {
  if (word.startsWith('/')) return word.replaceAll(PATH_ID, `/${ANY}`);
  if (isRequest && STATUS.test(word)) return word;
  return VARIABLE.test(word) ? ANY : word;
}

function similarity(one: readonly string[], other: readonly string[]): number {
  let same = 0;
  let words = 0;
  for (const [index, token] of one.entries()) {
    // What is never the same says nothing of whether lines are alike.
    if (token === ANY && other[index] === ANY) continue;
    words++;
    if (token === other[index] || token === ANY) same++;
  }
  return words === 0 ? 1 : same / words;
}

/** Two placeholders in a row are one: LogQL refuses what it could not tell apart. */
function patternOf(tokens: readonly string[]): string {
  return tokens.join(' ').replaceAll(/<_>(?: <_>)+/g, ANY);
}
