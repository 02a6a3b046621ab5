import { describe, expect, it } from 'vitest';
import { prettyLines, wantsColors } from './pretty-lines.ts';

const ESCAPE = '\u001B[';

describe('prettyLines', () => {
  it('makes a line readable and keeps what is no JSON', () => {
    const text = prettyLines(false)('{"level":40,"time":0,"msg":"disk is filling","n":1}\nplain\n');
    expect(text).toMatch(/WARN.*: disk is filling\n\s+n: 1\nplain\n$/s);
    expect(text).not.toContain(ESCAPE);
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
