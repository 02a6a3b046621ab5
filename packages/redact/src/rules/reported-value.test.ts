import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('createReportedValueRule', () => {
  it.each([
    [
      "INSERT INTO users (email, password) VALUES ('a', 'b'), ('c)', 'd') RETURNING id",
      'INSERT INTO users (email, password) VALUES [REDACTED] RETURNING id',
    ],
    [
      'insert into "users" ("email", "password") values (\'a\', \'b\') - duplicate key',
      'insert into "users" ("email", "password") values [REDACTED] - duplicate key',
    ],
    ['Key (email, api_key)=(a@b, abc) already exists.', 'Key (email, api_key)=([REDACTED]) already exists.'],
    ["Duplicate entry 'abc' for key 'users.api_key'", "Duplicate entry '[REDACTED]' for key 'users.api_key'"],
    ['Failing row contains (1, bob, $2b, null).', 'Failing row contains ([REDACTED]).'],
    ['"password" with value "abc" fails to match', '"password" with value "[REDACTED]" fails to match'],
    [
      'Cast to string failed for value "abc" (type string) at path "password" for model',
      'Cast to string failed for value "[REDACTED]" (type string) at path "password" for model',
    ],
  ])('censors what a statement or an error reports: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    "VALUES ('a') and values (1, 2)",
    'INSERT INTO users (email, password) VALUES (?, ?), ($1, :password)',
    "INSERT INTO users (email, name) VALUES ('a', 'b')",
    'INSERT INTO users (email, password) VALUES (DEFAULT, NULL), (now(), CURRENT_TIMESTAMP), (@a, :b)',
    'Key (email)=(a@b) already exists.',
    "Duplicate entry 'abc' for key 'users.email'",
    '"age" with value "abc" fails',
    'with value of and for value added',
  ])('leaves %j as it is', (input) => {
    expect(text(input)).toBe(input);
  });
});
