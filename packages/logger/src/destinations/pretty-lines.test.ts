import { describe, expect, it } from 'vitest';
import { prettyLines, wantsColors } from './pretty-lines.ts';

const ESCAPE = '\u001B[';

describe('prettyLines', () => {
  it('makes a line readable and keeps what is no JSON', () => {
    const text = prettyLines(false)('{"level":40,"time":0,"msg":"disk is filling","n":1}\nplain\n');
    expect(text).toMatch(/WARN.*: disk is filling\n\s+n: 1\nplain\n$/s);
    expect(text).not.toContain(ESCAPE);
  });

  it('shows what would steer the terminal in place of letting it through', () => {
    const line = JSON.stringify({
      level: 'info',
      msg: '\u001b[2J\u009b2J',
      note: '\u009b31m\u007f\u202eabc',
      err: { stack: 'Error: \u009b2J' },
    });
    const text = prettyLines(false)(`${line}\n`);
    expect(text).not.toContain(ESCAPE);
    expect(text).not.toMatch(/[\u007f-\u009f\u202e]/);
    expect(text).toContain(String.raw`note: "\u009b31m\u007f\u202eabc"`);
  });

  it.each([
    ['a level of the app’s own by its name', '{"level":"notice","msg":"m"}', 'NOTICE: m\n'],
    ['one that is no name as what it is', '{"level":"\\u001b[2J","msg":"m"}', 'USERLVL: m\n'],
    ['a level of pino’s', '{"level":"warn","msg":"m"}', 'WARN: m\n'],
    ['`message` as the message where there is no `msg`', '{"level":"info","message":"m"}', 'INFO: m\n'],
    [
      '`message` as a field where there is',
      '{"level":"info","message":"n","msg":"m"}',
      'INFO: m\n    message: "n"\n',
    ],
  ])('shows %s', (_title, line, shown) => {
    expect(prettyLines(false)(`${line}\n`)).toBe(shown);
  });

  it('colours when asked to', () => {
    expect(prettyLines(true)('{"level":40,"time":0,"msg":"m"}\n')).toContain(ESCAPE);
  });
});

describe('wantsColors', () => {
  it.each([
    { env: { TERM: 'xterm-256color' }, colors: true },
    { env: { TERM: 'xterm-256color', NO_COLOR: '1' }, colors: false },
    { env: { TERM: 'dumb' }, colors: false },
    { env: { TERM: 'dumb', FORCE_COLOR: '1' }, colors: true },
  ])('is $colors with $env', ({ env, colors }) => {
    expect(wantsColors(env)).toBe(colors);
  });
});
