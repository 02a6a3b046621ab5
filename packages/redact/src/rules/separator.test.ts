import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('valueAfterName', () => {
  it.each(['===', '!==', '||=', '??=', '==', '!=', '<>', '=>', ':=', '->', '+=', '?=', '=:', '=', ':'])(
    'finds a value behind %s, with and without spaces, quoted and bare',
    (operator) => {
      // A dash in front belongs to the name.
      for (const written of [` ${operator} `, ` ${operator}`, ...(operator === '->' ? [] : [operator])]) {
        expect(text(`if password${written}'a b' x`)).toBe(`if password${written}'[REDACTED]' x`);
        expect(text(`if password${written}hunter2 x`)).toBe(`if password${written}[REDACTED] x`);
      }
    },
  );

  it.each(['LIKE ', 'not like ', '('])('finds a quoted value behind %s, and no other', (operator) => {
    expect(text(`where password ${operator}'a b' x`)).toBe(`where password ${operator}'[REDACTED]' x`);
    expect(text(`where password ${operator}hunter x`)).toBe(`where password ${operator}hunter x`);
  });

  it.each(['\\u003d', '\\u003a', '\\u003D', '\\u003A', '%3D', '%3a', '%253d', '%25253A'])(
    'finds a value behind %s',
    (operator) => {
      expect(text(`token${operator}abc next`)).toBe(`token${operator}[REDACTED] next`);
    },
  );

  it.each(['password', 'passwd', 'passphrase', 'passcode', 'pwd', 'PASSWORD', 'db_password'])(
    'finds the quoted value that follows %s at once',
    (name) => {
      expect(text(`wrong ${name} 'abc' x`)).toBe(`wrong ${name} '[REDACTED]' x`);
      expect(text(`wrong ${name} abc x`)).toBe(`wrong ${name} abc x`);
    },
  );

  it.each([
    ["a1b2c3d4e5'", true],
    ["a1b2c3d4e'", false],
    ["abcdefghijklm'", false],
    ["1234567890123'", false],
    ["a1b2c3 d4e5f'", false],
  ])('takes a quoted %s behind a token for one: %s', (value, taken) => {
    expect(text(`token '${value} x`)).toBe(taken ? "token '[REDACTED]' x" : `token '${value} x`);
  });

  it.each(['ENV', 'arg', 'setx', 'set'])('finds what %s sets', (word) => {
    expect(text(`${word} API_KEY abc`)).toBe(`${word} API_KEY [REDACTED]`);
    expect(text(`${word} apikey abc`)).toBe(`${word} apikey abc`);
    expect(text(`un${word} API_KEY abc`)).toBe(`un${word} API_KEY abc`);
  });

  it.each([
    ['session', 'id'],
    ['tax', 'id'],
    ['api', 'key'],
    ['card', 'number'],
    ['account', 'number'],
    ['secret', 'code'],
    ['password', 'hash'],
    ['seed', 'phrase'],
  ])('takes %s %s for one name', (first, word) => {
    expect(text(`the ${first} ${word}: abc`)).toBe(`the ${first} ${word}: [REDACTED]`);
    expect(text(`the country ${word}: abc`)).toBe(`the country ${word}: abc`);
  });

  it.each(['provided', 'given', 'received', 'used', 'supplied', 'is', 'was', 'value'])(
    'reads over %s between a name and its value',
    (word) => {
      expect(text(`password ${word}: abc x`)).toBe(`password ${word}: [REDACTED] x`);
      expect(text(`password value ${word}: abc x`)).toBe(`password value ${word}: [REDACTED] x`);
      expect(text(`password is value ${word}: abc x`)).toBe(`password is value ${word}: abc x`);
    },
  );

  it.each([
    '"',
    ']',
    '"]',
    '[0]',
    '[1234567]',
    '][]',
    ')]',
    '%5D',
    '%255B%255d',
    '\u001b[0m',
    ']"\u001b[39m',
    '[x]',
    '[12345678]',
    '[x][y]',
    '["x"]',
    "['x']",
    '%5Bx%5D',
    '%255Bx%255D',
    '%5Bx%5D%5By%5D',
    '[0][x]',
  ])('finds a value behind a name that ends in %j', (brackets) => {
    expect(text(`x token${brackets}=abc next`)).toBe(`x token${brackets}=[REDACTED] next`);
  });

  it.each(['[x', '[x y]', '[x][y', '[0', '%5C', ')'])(
    'finds none behind a name that ends in %j',
    (brackets) => {
      expect(text(`x token${brackets}=abc next`)).toBe(`x token${brackets}=abc next`);
    },
  );

  it.each([
    ['user[tokens][main]=abc', 'user[tokens][main]=[REDACTED]'],
    ['user%5Btokens%5D%5Bmain%5D=abc', 'user%5Btokens%5D%5Bmain%5D=[REDACTED]'],
    ["tokens['main'] = 'abc' next", "tokens['main'] = '[REDACTED]' next"],
    ['?token[x]=abcdefgh&y=1', '?token[x]=REDACTED&y=1'],
    ['token[type]=one next', 'token[type]=one next'],
    ['token[expires_in]=3600 next', 'token[expires_in]=3600 next'],
    ['session[email]=bob next', 'session[email]=bob next'],
    ['tokens[input]=512 next', 'tokens[input]=512 next'],
    ['[token][debug]: hello next', '[token][debug]: hello next'],
    ['[token-service][debug]: hello', '[token-service][debug]: hello'],
  ])('hears what a word in brackets says: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });
});
