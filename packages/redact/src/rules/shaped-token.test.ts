import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

/** So many letters and digits. */
const body = (length: number): string => 'a1B2'.repeat(length).slice(0, length);
const hex = '0123456789abcdef0123456789abcdef';

describe('shapedTokenRules', () => {
  it.each([
    ['a client secret of Azure', `abc8Q~${body(34)}`],
    ['a key of Azure OpenAI', `${body(52)}JQQJ99BC${body(16)}A${body(7)}`],
    ['a token of Azure DevOps', `${body(76)}AZDO${body(4)}`],
    ['a key of Azure Storage', `${body(76)}+ASt${body(6)}==`],
    ['a key of Cosmos DB', `${body(76)}ACDb${body(6)}==`],
    ['a key of Service Bus', `${body(33)}+ASbA${body(5)}=`],
    ['a key of a container registry', `${body(42)}+ACRA${body(5)}`],
    ['a key of Azure Functions', `${body(44)}AzFu${body(5)}A==`],
    ['a token of a Telegram bot', `123456789:AA${body(33)}`],
    ['a key of Mailchimp', `${hex}-us12`],
    ['a key of Resend', `re_${body(8)}_${body(24)}`],
  ])('censors %s, and nothing that is short of one', (_what, token) => {
    expect(text(`see ${token} there`)).toBe('see [REDACTED] there');
    expect(text(`/path/${token}`)).toBe('/path/[REDACTED]');
    expect(text(`see ${token.slice(2)} there`)).toBe(`see ${token.slice(2)} there`);
  });

  it('knows the beginning behind the escape of a URL', () => {
    expect(text(`%22re_${body(8)}_${body(24)}%22`)).toBe('%22[REDACTED]%22');
    expect(text(`%22abc8Q~${body(34)}%22`)).toBe('%22[REDACTED]%22');
  });

  it.each([
    'import { re_export_all_of_these_from_there }',
    'azdo pipeline, last of 12:aa',
    `${hex}-us`,
    '2Q~ and 3q',
  ])('leaves %j as it is', (input) => {
    expect(text(input)).toBe(input);
  });
});
