import { runEnd } from '../characters.ts';
import { NAME } from './name-characters.ts';
import { quoteAt } from './quoting.ts';
import type { TextRule } from '../rule.ts';

/** Headers of one part are short. */
const MAX_HEADERS_LENGTH = 512;
/** The blank line between headers and body, also inside a JSON string. */
const BLANK_LINES = ['\r\n\r\n', '\n\n', '\\r\\n\\r\\n', '\\n\\n'] as const;
const BOUNDARIES = ['\r\n--', '\n--', '\\r\\n--', '\\n--'] as const;

/**
 * The body of a form's part with a secret's name: `Content-Disposition: form-data; name="password"`.
 * Source: RFC 7578 section 4.2.
 */
export function createFormPartRule(isSecretName: (name: string) => boolean): TextRule {
  return {
    name: 'form-part',
    anchors: ['form-data'],
    find(text, _from, anchorTo) {
      if (!text.startsWith('; name=', anchorTo)) return anchorTo;
      const to = anchorTo + '; name='.length;
      const nameFrom = to + (quoteAt(text, to)?.length ?? 0);
      const nameEnd = runEnd(text, nameFrom, NAME, nameFrom + 128);
      if (!isSecretName(text.slice(nameFrom, nameEnd))) return to;
      const headers = text.slice(nameEnd, nameEnd + MAX_HEADERS_LENGTH);
      const blank = BLANK_LINES.map((line) => ({ line, at: headers.indexOf(line) })).find(
        ({ at }) => at !== -1,
      );
      if (blank === undefined) return to;
      const from = nameEnd + blank.at + blank.line.length;
      const boundary = BOUNDARIES[BLANK_LINES.indexOf(blank.line)] as string;
      const end = text.indexOf(boundary, from);
      // An empty body: the boundary follows the blank line at once.
      if (end === from || text.startsWith('--', from)) return to;
      return { from, to: end === -1 ? text.length : end };
    },
  };
}
