import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('sqlPasswordRule', () => {
  it.each([
    ["CREATE USER 'a'@'%' IDENTIFIED BY 'abc'", "CREATE USER 'a'@'%' IDENTIFIED BY '[REDACTED]'"],
    [
      "ALTER USER a IDENTIFIED WITH mysql_native_password BY 'abc' x",
      "ALTER USER a IDENTIFIED WITH mysql_native_password BY '[REDACTED]' x",
    ],
    ["SET PASSWORD FOR 'bob'@'h' = 'abc'", "SET PASSWORD FOR 'bob'@'h' = '[REDACTED]'"],
    ["SET PASSWORD FOR bob = PASSWORD('abc')", "SET PASSWORD FOR bob = PASSWORD('[REDACTED]')"],
    ["ALTER ROLE app LOGIN PASSWORD 'abc' VALID", "ALTER ROLE app LOGIN PASSWORD '[REDACTED]' VALID"],
    ["CREATE LOGIN x WITH PASSWORD = N'abc', y", "CREATE LOGIN x WITH PASSWORD = N'[REDACTED]', y"],
    ["SELECT 1 WHERE token IN ('abc', 'def') AND x", 'SELECT 1 WHERE token IN [REDACTED] AND x'],
    ["SELECT 1 WHERE token LIKE 'abc%' AND x", "SELECT 1 WHERE token LIKE '[REDACTED]' AND x"],
  ])('censors passwords in SQL: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    'identified by name',
    'SET PASSWORD FOR bob',
    'identified with care',
    'SELECT password, token FROM users WHERE id = 1',
    'password LIKE $1 AND token IN (?, ?)',
  ])('leaves %j as it is', (input) => {
    expect(text(input)).toBe(input);
  });
});
