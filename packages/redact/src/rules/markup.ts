import { runStart } from '../characters.ts';
import { words } from '../words.ts';
import { NAME, skipSpaces } from './name-characters.ts';
import { quoteAt } from './quoting.ts';

/** Longest opening tag that is looked through for its end. */
const MAX_TAG_LENGTH = 512;
/** How far the end of an element is looked for by its name; any end of an element counts behind that. */
const MAX_ELEMENT_LENGTH = 4096;
/** Longest bracketed value, and how far the end of an element of HTML around a value is looked for. */
const MAX_BRACKETED_LENGTH = 256;
/** Tags in a row in front of a value: `</td><td><b>`. */
const MAX_TAGS = 4;
/** Angle brackets as texts have them: bare, in HTML, in JSON that is written for HTML. */
const BRACKETS = [
  ['<', '>'],
  ['&lt;', '&gt;'],
  ['\\u003c', '\\u003e'],
] as const;
/** Elements of HTML that hold a value, and those that hold none. */
const AROUND_VALUE = new Set(
  words(`
    a b strong i em u s code pre kbd samp tt span div p td th tr li dd dt dl font br small mark label bdi output
    h1 h2 h3 h4 h5 h6
  `),
);
const WITHOUT_VALUE = new Set(
  words('input img hr select option textarea button form script style table ul ol html body head svg'),
);

const CDATA = '![CDATA[';

/** An element whose name says that its text is a secret. */
export interface Element {
  readonly from: number;
  /** Undefined where the brackets are none of an element: `Usage: login <token> [file]`. */
  readonly to: number | undefined;
}

/**
 * The element that a secret's name is of: `<password>`, `<ns:password type="x">`, `&lt;password&gt;`; undefined without one.
 *
 * @param isSecretName asked before the end is looked for, which may be far: only a secret goes all the way to it
 */
export function elementAt(
  text: string,
  nameFrom: number,
  nameEnd: number,
  isSecretName: (name: string) => boolean,
): Element | undefined {
  if (text[nameFrom - 1] === ';') {
    const isEscaped = text.startsWith('&lt;', nameFrom - 4) && text.startsWith('&gt;', nameEnd);
    if (!isEscaped || !isSecretName(text.slice(nameFrom, nameEnd))) return undefined;
    return element(text, nameFrom, nameFrom - 4, nameEnd, nameEnd + 4, '&lt;/');
  }
  const after = text[nameEnd];
  if (after !== '>' && after !== ' ') return undefined;
  let opening = nameFrom;
  if (text[opening - 1] === ':') opening = runStart(text, opening - 1, NAME, Math.max(0, opening - 32));
  if (text[opening - 1] !== '<' || !isSecretName(text.slice(nameFrom, nameEnd))) return undefined;
  if (after === '>') return element(text, opening, opening - 1, nameEnd, nameEnd + 1, '</');
  const end = text.slice(nameEnd, nameEnd + MAX_TAG_LENGTH).indexOf('>');
  if (end === -1 || text[nameEnd + end - 1] === '/') return undefined;
  return element(text, opening, opening - 1, nameEnd, nameEnd + end + 1, '</');
}

/** An element that is cut off ends with the text. */
function element(
  text: string,
  nameFrom: number,
  openAt: number,
  nameEnd: number,
  from: number,
  close: string,
): Element {
  const ending = close + text.slice(nameFrom, nameEnd);
  const named = text.slice(from, from + MAX_ELEMENT_LENGTH).indexOf(ending);
  if (named !== -1) return { from, to: from + named };
  if (isWordInBrackets(text, openAt, from)) return { from, to: undefined };
  const any = text.indexOf(close, from);
  return { from, to: any === -1 ? text.length : any };
}

/** Whether a sentence goes on behind `<token>`: no text of an element that is cut off begins like that. */
function isWordInBrackets(text: string, openAt: number, end: number): boolean {
  const next = text[end];
  if (next === undefined || next === ' ' || next === '\t') return true;
  if (isLineBreak(text, end)) {
    let before = openAt - 1;
    while (before > openAt - 64 && (text[before] === ' ' || text[before] === '\t')) before--;
    return (
      before >= 0 && text[before] !== '>' && !isLineBreak(text, before) && !isLineBreak(text, before - 1)
    );
  }
  const further = text[end + 1];
  return (
    '])}.,;:|"\'`'.includes(next) && (further === undefined || ' \t\r\n])}"\'`\\.,;:|'.includes(further))
  );
}

function isLineBreak(text: string, at: number): boolean {
  const character = text[at];
  if (character === '\n' || character === '\r') return true;
  return character === '\\' && (text[at + 1] === 'n' || text[at + 1] === 'r');
}

/** Where a value with markup in front of it begins, and where it ends if brackets or an element say so. */
export interface MarkedValue {
  readonly from: number;
  readonly to: number | undefined;
}

/**
 * A value in angle brackets (`<hunter2>`), in an element of HTML (`<b>hunter2</b>`), or behind the end of one
 * (`Password:</b> hunter2`); undefined where none of them stands at `start`.
 */
export function markedValue(text: string, start: number): MarkedValue | undefined {
  let at = start;
  for (let count = 0; count < MAX_TAGS; count++) {
    const brackets = bracketsAt(text, at);
    if (brackets === undefined) break;
    const [open, close] = brackets;
    const from = at + open.length;
    if (text.startsWith(CDATA, from)) {
      const dataFrom = from + CDATA.length;
      const dataEnd = text.slice(dataFrom, dataFrom + MAX_ELEMENT_LENGTH).indexOf(']]');
      return { from: dataFrom, to: dataEnd === -1 ? text.length : dataFrom + dataEnd };
    }
    const window = text.slice(from, from + MAX_BRACKETED_LENGTH).toLowerCase();
    const length = window.indexOf(close);
    const content = length === -1 ? '' : window.slice(0, length);
    // A bracket without its other half belongs to the word behind it, where there is one.
    if (content === '' || /[<\r\n]/.test(content)) return { from: at, to: undefined };
    const end = from + length + close.length;
    const [, slash, name = ''] = /^(\/?)([a-z][a-z0-9]*)(?=[\s/]|$)/.exec(content) ?? [];
    if (slash !== '/' && !AROUND_VALUE.has(name)) {
      const isMarkup =
        WITHOUT_VALUE.has(name) || content[0] === '!' || content[0] === '?' || content[0] === '/';
      return { from: at, to: isMarkup ? at : end };
    }
    const behind = text.slice(end, end + MAX_BRACKETED_LENGTH).toLowerCase();
    const inside = slash === '/' ? -1 : behind.indexOf(`${open}/${name}`);
    if (inside !== -1) return { from: end, to: end + inside };
    at = skipSpaces(text, end);
  }
  if (at === start) return undefined;
  // The quote that ends what the markup stands in, or a page rather than a value.
  const isNone = quoteAt(text, at) !== undefined || bracketsAt(text, at) !== undefined;
  return { from: at, to: isNone ? at : undefined };
}

/** The angle bracket that opens at `at`, and what closes it. */
export function bracketsAt(text: string, at: number): (typeof BRACKETS)[number] | undefined {
  const first = text[at];
  if (first === '<') return BRACKETS[0];
  if (first !== '&' && first !== '\\') return undefined;
  const start = text.slice(at, at + 6).toLowerCase();
  return BRACKETS.find(([open]) => start.startsWith(open));
}
