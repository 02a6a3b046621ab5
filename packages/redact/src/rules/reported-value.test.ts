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
    [
      'Cast to string failed for value "{ a: "b" }" (type Object) at path "password"',
      'Cast to string failed for value "[REDACTED]" (type Object) at path "password"',
    ],
    [
      'Variable "$password" got invalid value "abc"; Int cannot',
      'Variable "$password" got invalid value "[REDACTED]"; Int cannot',
    ],
    [
      'Variable "$input" got invalid value "abc" at "input.password"; Int cannot',
      'Variable "$input" got invalid value "[REDACTED]" at "input.password"; Int cannot',
    ],
    [
      '{"message":"Variable \\"$input\\" got invalid value \\"abc\\" at \\"input.password\\"; Int"}',
      '{"message":"Variable \\"$input\\" got invalid value \\"[REDACTED]\\" at \\"input.password\\"; Int"}',
    ],
    [
      'Invalid value "abc" supplied to : { password: number }/password: number',
      'Invalid value "[REDACTED]" supplied to : { password: number }/password: number',
    ],
    [
      "Incorrect integer value: 'abc' for column 'pin' at row 1",
      "Incorrect integer value: '[REDACTED]' for column 'pin' at row 1",
    ],
    [
      "Incorrect integer value: 'abc' for column `db`.`users`.`pin` at row 1",
      "Incorrect integer value: '[REDACTED]' for column `db`.`users`.`pin` at row 1",
    ],
    [
      "Violation of UNIQUE KEY constraint 'UQ_ApiKey'. The duplicate key value is (abc, 7).",
      "Violation of UNIQUE KEY constraint 'UQ_ApiKey'. The duplicate key value is ([REDACTED]).",
    ],
    [
      'At path: user.password -- Expected a number, but received: "abc"',
      'At path: user.password -- Expected a number, but received: "[REDACTED]"',
    ],
    [
      'At path: password -- Expected a string matching `/x/` but received "abc"',
      'At path: password -- Expected a string matching `/x/` but received "[REDACTED]"',
    ],
    [
      'email must be an email address (was "a")\npassword must be a number (was "abc")',
      'email must be an email address (was "a")\npassword must be a number (was "[REDACTED]")',
    ],
    [
      '└─ ["user"]\n   └─ ["password"]\n      └─ Expected a number, actual "abc"',
      '└─ ["user"]\n   └─ ["password"]\n      └─ Expected a number, actual "[REDACTED]"',
    ],
    [
      'Expected a number, actual "abc"\n  at ["user"]["password"]',
      'Expected a number, actual "[REDACTED]"\n  at ["user"]["password"]',
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
    'Variable "$input" got invalid value "abc" at "input.email"; Int cannot',
    'Invalid value "abc" supplied to : { email: number }/email: number',
    'a value "abc" of password',
    "Incorrect integer value: 'abc' for column 'age' at row 1",
    'no value: for column password at row 1',
    "Violation of UNIQUE KEY constraint 'UQ_email'. The duplicate key value is (abc).",
    'At path: email -- Expected a number, but received: "abc"',
    'At path: password -- Expected a string with a length of `8`',
    'password must be a string\nemail must be an email address (was "abc")',
    'password must be a string (was a number)',
    '["password"] is missing\n["email"]: Expected a number, actual "abc"',
    'the actual value',
  ])('leaves %j as it is', (input) => {
    expect(text(input)).toBe(input);
  });
});
