import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('createFormPartRule', () => {
  it.each([
    [
      '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\na b\r\n--b--',
      '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n[REDACTED]\r\n--b--',
    ],
    [
      '--b\nContent-Disposition: form-data; name="api_key"\nContent-Type: text/plain\n\na\nb\n--b\nContent-Disposition: form-data; name="user"\n\nbob\n--b--',
      '--b\nContent-Disposition: form-data; name="api_key"\nContent-Type: text/plain\n\n[REDACTED]\n--b\nContent-Disposition: form-data; name="user"\n\nbob\n--b--',
    ],
    [
      '"--b\\r\\nContent-Disposition: form-data; name=\\"password\\"\\r\\n\\r\\nabc\\r\\n--b--"',
      '"--b\\r\\nContent-Disposition: form-data; name=\\"password\\"\\r\\n\\r\\n[REDACTED]\\r\\n--b--"',
    ],
  ])("censors a part's body: %j", (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    'Content-Disposition: form-data; name="user"\n\nbob\n--b--',
    'form-data; name="password"',
    'form-data; name="password"\n\n\n--b--',
  ])('leaves %j as it is', (input) => {
    expect(text(input)).toBe(input);
  });
});
