import { eachPair } from '../pipeline/json-scanner.ts';
import type { JsonProblem } from '../pipeline/json-scanner.ts';
import { LogfmtDecoder } from '../pipeline/logfmt-decoder.ts';
import { joinText, tokenizeText } from './tokenize-text.ts';
import type { TokenizedText } from './tokenize-text.ts';

/** Stands for what differs from line to line. */
export const PLACEHOLDER = '<_>';

/** Cuts lines of one format into the tokens that are compared. */
export interface LineTokenizer {
  readonly format: 'text' | 'json' | 'logfmt';
  /** Undefined when the line is of no use: too long, or without the text that a line of this format has. */
  tokenize(line: string): TokenizedText | undefined;
  /** The pattern that the tokens stand for; "" when they stand for none. */
  join(text: TokenizedText): string;
}

/** Longest line that is looked at [UTF-16 units]. */
const MAX_LENGTH = 3000;
/** Fields of a JSON line that hold its message, the best first. Source: Loki's `pattern_ingester_tokenizable_json_fields`. */
const messageFields = ['log', 'message', 'msg', 'msg_', '_msg', 'content'];
/** Fields of logfmt that differ in each line. */
const variableField = /^(?:ts|traceid|time|timestamp)$/i;
const logfmtLine = /^(?:\w+=(?:[^"\s]\S*|"[^"]+") )*\w+=(?:[^"\s]\S*|"[^"]+")$/;
const needsQuotes = /[\0-\x20="\ufffd]/;

/** The tokenizer for lines like this one, as Loki tells them apart: by the first line of a stream. */
export function tokenizerFor(line: string): LineTokenizer {
  if (line.length >= 2 && line.startsWith('{') && line.endsWith('}')) return jsonTokenizer;
  return logfmtLine.test(line) ? logfmtTokenizer() : textTokenizer;
}

const textTokenizer: LineTokenizer = {
  format: 'text',
  tokenize: (line) => (line.length > MAX_LENGTH ? undefined : tokenizeText(line)),
  join: (text) => withoutRepeats(joinText(text)),
};

/** Only the message of a JSON line makes its pattern. */
const jsonTokenizer: LineTokenizer = {
  format: 'json',
  tokenize(line) {
    const message = messageOf(line);
    return message === undefined || message.length > MAX_LENGTH ? undefined : tokenizeText(message);
  },
  join: (text) => withoutRepeats(PLACEHOLDER + joinText(text) + PLACEHOLDER),
};

function messageOf(line: string): string | undefined {
  const found = new Map<string, string>();
  eachPair<JsonProblem>(line, 0, line.length, (key, value) => {
    if (value.type === 'string' && !found.has(key)) found.set(key, line.slice(value.from, value.to));
    return undefined;
  });
  const field = messageFields.find((name) => found.has(name));
  return field === undefined ? undefined : found.get(field);
}

/** Tokens are keys and values by turns. */
function logfmtTokenizer(): LineTokenizer {
  const decoder = new LogfmtDecoder();
  return {
    format: 'logfmt',
    tokenize(line) {
      if (line.length > MAX_LENGTH) return undefined;
      const tokens: string[] = [];
      decoder.start(line);
      while (!decoder.isAtEnd()) {
        if (!decoder.next()) break;
        tokens.push(decoder.key, isVariable(decoder.key) ? PLACEHOLDER : decoder.value);
      }
      return decoder.problem === undefined ? { tokens, spacesAfter: [] } : undefined;
    },
    join({ tokens }) {
      const pairs: string[] = [];
      for (let at = 0; at < tokens.length; at += 2) {
        const value = tokens[at + 1]!;
        pairs.push(`${tokens[at]}=${needsQuotes.test(value) ? JSON.stringify(value) : value}`);
      }
      return withoutRepeats(pairs.join(' '));
    },
  };
}

function isVariable(key: string): boolean {
  return key === 't' || variableField.test(key);
}

function withoutRepeats(pattern: string): string {
  return pattern.replaceAll(/(?:<_>){2,}/g, PLACEHOLDER);
}
