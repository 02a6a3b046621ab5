import { describe, expect, it } from 'vitest';
import { unescapedName } from './unescaped-name.ts';

describe('unescapedName', () => {
  it.each([
    ['job', 'job'],
    ['http.route', 'http.route'],
    ['U__http_2e_route', 'http.route'],
    ['U__a__b_20_c', 'a_b c'],
    ['U___1F600_x', '😀x'],
    ['U__', ''],
    ['U_2e_', 'U_2e_'],
    ['U__a_', 'U__a_'],
    ['U__a_2e', 'U__a_2e'],
    ['U__a_xy_', 'U__a_xy_'],
    ['U__a_1234567_', 'U__a_1234567_'],
    ['U__a_d800_', 'U__a_d800_'],
  ])('of %j is %j', (name, expected) => expect(unescapedName(name)).toBe(expected));
});
