import { describe, expect, it } from 'vitest';
import { logLevel, logMessage } from './log-message.ts';

const lineOf = (line: string, labels = {}) => ({ timeNs: '1', line, labels });

describe('logMessage', () => {
  it.each([
    ['{"level":"info","msg":"order placed"}', 'order placed'],
    ['{"message":"hello","msg":""}', 'hello'],
    ['{"a":1}', '{"a":1}'],
    ['{not json', '{not json'],
    ['plain text', 'plain text'],
  ])('reads %s as %s', (line, expected) => expect(logMessage(lineOf(line))).toBe(expected));
});

describe('logLevel', () => {
  it('takes the first label that says it', () => {
    expect(logLevel(lineOf('', { detected_level: 'WARN' }))).toBe('warn');
    expect(logLevel(lineOf(''))).toBe('');
  });
});
