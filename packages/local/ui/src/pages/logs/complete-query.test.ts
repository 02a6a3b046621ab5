import { describe, expect, it } from 'vitest';
import { applySuggestion, suggestionsFor, wantedAt } from './complete-query.ts';

/** The place of the cursor is where `^` stands. */
function cursor(text: string): { readonly query: string; readonly at: number } {
  const at = text.indexOf('^');
  return { query: text.replace('^', ''), at };
}

describe('wantedAt', () => {
  it.each([
    ['^', { what: 'label', typed: '' }],
    ['{^', { what: 'label', typed: '' }],
    ['{ser^', { what: 'label', typed: 'ser' }],
    ['{a="b}", le^}', { what: 'label', typed: 'le' }],
    ['{level="er^"}', { what: 'value', label: 'level', typed: 'er' }],
    ['{level=~"a|^', { what: 'value', label: 'level', typed: 'a|' }],
    ['{a="b"} ^', { what: 'stage', typed: '' }],
    ['{a="b"} |^', { what: 'stage', typed: '|' }],
    ['{a="b"} | js^', { what: 'stage', typed: '| js' }],
  ])('reads %s', (text, expected) => {
    const { query, at } = cursor(text);
    const wanted = wantedAt(query, at);
    expect(wanted).toMatchObject(expected);
  });

  it.each(['{a="b"} |= "te^', '{a="b" ^'])('has nothing to offer in %s', (text) => {
    const { query, at } = cursor(text);
    expect(wantedAt(query, at)).toBeUndefined();
  });
});

describe('suggestionsFor', () => {
  it('puts what begins with the typed before what holds it', () => {
    const { query, at } = cursor('{le^');
    const names = suggestionsFor(wantedAt(query, at), ['detected_level', 'level', 'app']).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['level', 'detected_level']);
  });
});

describe('applySuggestion', () => {
  it.each([
    ['{se^', 'service_name', '{service_name="^'],
    ['^', 'level', '{level="^'],
    ['{level="e^', 'error', '{level="error"}^'],
    ['{level="e^", a="b"}', 'error', '{level="error"^, a="b"}'],
    ['{level="e^rr"}', 'error', '{level="error"^}'],
    ['{app="^', 'a"b', String.raw`{app="a\"b"}^`],
    ['{a="b"} | js^', '| json', '{a="b"} | json ^'],
  ])('of %s with %s makes %s', (text, name, expected) => {
    const { query, at } = cursor(text);
    const wanted = wantedAt(query, at);
    const suggestion = suggestionsFor(wanted, [name, 'other'], query).find((each) => each.name === name);
    if (wanted === undefined || suggestion === undefined) throw new Error('nothing was suggested');
    const done = applySuggestion(query, at, wanted, suggestion);
    expect(`${done.query.slice(0, done.at)}^${done.query.slice(done.at)}`).toBe(expected);
  });
});
