import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('markedValue', () => {
  it.each([
    ['password: <hunter2> next', 'password: [REDACTED] next'],
    ['password=<hunter2>, user=bob', 'password=[REDACTED], user=bob'],
    ['password: <hunter2>extra next', 'password: [REDACTED] next'],
    ['password: <hunter2 next', 'password: [REDACTED] next'],
    ['password: <<hunter2>> next', 'password: [REDACTED]>> next'],
    ['password: (<hunter2>) next', 'password: ([REDACTED]) next'],
    ['password: <![CDATA[a b]]> next', 'password: <![CDATA[[REDACTED]]]> next'],
    ['password: <![CDATA[a b', 'password: <![CDATA[[REDACTED]'],
    ['--password <hunter2> next', '--password [REDACTED] next'],
    ['Authorization: <Bearer abc> next', 'Authorization: [REDACTED] next'],
    ['password: &lt;hunter2&gt; next', 'password: [REDACTED] next'],
    ['password: &lt;hunter2 next', 'password: [REDACTED] next'],
    ['"password: \\u003chunter2\\u003e next"', '"password: [REDACTED] next"'],
    ['"password: \\u003Chunter2\\u003E next"', '"password: [REDACTED] next"'],
    ['password=%3Chunter2%3E&x=1', 'password=[REDACTED]&x=1'],
    ['password%253D%253Chunter2%253E%2526x=1', 'password%253D[REDACTED]%2526x=1'],
    ['db.password=<q1>\ntoken: <q2>; x', 'db.password=[REDACTED]\ntoken: [REDACTED]; x'],
  ])('takes what stands in angle brackets, and no more: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    ['Password: <b>hunter2</b> next', 'Password: <b>[REDACTED]</b> next'],
    ['Password: <code class="x">a b</code> next', 'Password: <code class="x">[REDACTED]</code> next'],
    ['<b>Password:</b> hunter2 next', '<b>Password:</b> [REDACTED] next'],
    ['<td>Password:</td><td>hunter2</td> next', '<td>Password:</td><td>[REDACTED]</td> next'],
    ['Password: <br>hunter2 next', 'Password: <br>[REDACTED] next'],
    ['password: &lt;b&gt;hunter2&lt;/b&gt; next', 'password: &lt;b&gt;[REDACTED]&lt;/b&gt; next'],
    ['Password: <p><b>"hunter2"</b></p>', 'Password: <p>[REDACTED]</p>'],
  ])('takes the text of an element of HTML: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    'password: <password> next, and more',
    'password: &lt;password&gt; next',
    'password: <redacted> next',
    'password: <b>required</b> next',
    'Invalid token: <!DOCTYPE html> next',
    '<label>Password:</label><input type="password" name="x"> next',
    'Password: <input name="p"> Forgot?',
    '{"a":"token: </b>","next":"y"}',
    'session: <1ms next',
    'tokens: < 100',
    'password: <>next',
    `password: ${'<b>'.repeat(40_000)}`,
    `password: ${'</b>'.repeat(40_000)}`,
  ])('takes nothing where a sentence or a page goes on: %j', (input) => {
    expect(text(input)).toBe(input);
  });
});

describe('elementAt', () => {
  it.each([
    ['<password>a<b>c</b>d</password> next', '<password>[REDACTED]</password> next'],
    ['<password><![CDATA[a</b]]></password> next', '<password>[REDACTED]</password> next'],
    ['<password value="a b">c</password> next', '<password value=[REDACTED]</password> next'],
    ['<password value="a b"></password> next', '<password value=[REDACTED]</password> next'],
    ['<token>abc</token><token>def</token> end', '<token>[REDACTED]</token><token>[REDACTED]</token> end'],
    ['<token>abc</t> end', '<token>[REDACTED]</t> end'],
    ['<user><password>hunter2 and', '<user><password>[REDACTED]'],
    ['<user>\n  <password>\n    hunter2', '<user>\n  <password>[REDACTED]'],
    ['"<user>\\n<password>\\nhunter2', '"<user>\\n<password>[REDACTED]'],
    ['<password>)hunter2', '<password>[REDACTED]'],
    [`<token>${'a'.repeat(5000)}</token> end`, '<token>[REDACTED]</token> end'],
  ])('is all text of an element, also where it is cut off: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    ['<password>: hunter2 next', '<password>: [REDACTED] next'],
    ['<password = hunter2> next', '<password = [REDACTED]> next'],
  ])('is none where a name in brackets has a value: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    'Usage: login <user> <password> [file]',
    'usage: [--token <token>] [file] more',
    'login <token>, <user>, or <password>.',
    'Error: <token expired> at foo',
    '{"msg":"usage: login <token>","x":1}',
    'login <password>\n\nOptions:\n  --help',
    'login <password>\\n\\nOptions:',
    '<token/> <user>bob</user>',
    '<token></token> <user>bob</user>',
  ])('is none where a sentence goes on behind the brackets: %j', (input) => {
    expect(text(input)).toBe(input);
  });
});
