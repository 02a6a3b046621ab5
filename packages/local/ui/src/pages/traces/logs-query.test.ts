import { describe, expect, it } from 'vitest';
import { logsQueryOf } from './logs-query.ts';
import { emptyForm } from './search-form.ts';

describe('logsQueryOf', () => {
  it.each([
    [{}, '{service_name=~".+"}'],
    [{ service: 'a"b' }, String.raw`{service_name="a\"b"}`],
    [{ service: 'orders', status: 'error' as const }, '{service_name="orders", level=~"error|fatal|warn"}'],
    [{ attribute: 'span.http.route', value: '/cart' }, '{service_name=~".+"} | json | http_route="/cart"'],
    [{ attribute: 'span.db.system', value: 'sqlite' }, '{service_name=~".+"}'],
  ])('of %j is %s', (form, expected) => {
    expect(logsQueryOf({ ...emptyForm, ...form })).toBe(expected);
  });

  it('is undefined where the form cannot say the query', () =>
    expect(logsQueryOf(undefined)).toBeUndefined());
});
