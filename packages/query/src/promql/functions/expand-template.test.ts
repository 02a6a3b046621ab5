import { describe, expect, it } from 'vitest';
import { wholeTextExpression } from '../../regular-expression.ts';
import { expandTemplate } from './expand-template.ts';

describe('expandTemplate', () => {
  it.each([
    ['(.*):(.*)', '$1', 'db:80', 'db'],
    ['(.*):(.*)', '$2-${1}', 'db:80', '80-db'],
    ['(.*):(.*)', '$1x', 'db:80', ''],
    ['(.*):(.*)', '${1}x$$1', 'db:80', 'dbx$1'],
    ['(.*):(.*)', '$3|$(|$', 'db:80', '|$(|$'],
    ['(?P<host>.*):.*', '${host}/$host', 'db:80', 'db/db'],
    ['(a)|(b)', '<$1$2>', 'b', '<b>'],
    ['x', 'y', 'xx', undefined],
    ['', 'empty', '', 'empty'],
  ])('of %j with %j makes of %j %j', (pattern, template, text, expected) => {
    expect(expandTemplate(wholeTextExpression(pattern), template, text)).toBe(expected);
  });
});
