import type { SightlineError } from '@sightline/errors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHealth } from './create-health.ts';
import type { Health } from './health.ts';

describe('createHealth', () => {
  it('refuses options that are none, by their code', () => {
    expect(() => createHealth(null as never)).toThrow(
      expect.objectContaining<Partial<SightlineError>>({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });

  it.each([undefined, null, 7, Symbol('x')])('refuses a check by the name %s, and says why', (name) => {
    const health = createHealth();
    onTestFinished(health.close);
    const refused = expect.objectContaining<Partial<SightlineError>>({ code: 'SIGHTLINE_HEALTH_CHECK' });
    expect(() =>
      (health.add as (name: unknown, check: unknown) => ReturnType<Health['add']>)(name, () => {}),
    ).toThrow(refused);
  });
});
