import { describe, expect, it } from 'vitest';
import { breakerCheck, type BreakerState } from './breaker.ts';

describe('breakerCheck', () => {
  it.each([
    { state: 'closed', byDefault: 'up', asked: 'up' },
    { state: 'half_open', byDefault: 'degraded', asked: 'degraded' },
    { state: 'open', byDefault: 'degraded', asked: 'down' },
    { state: 'isolated', byDefault: 'degraded', asked: 'down' },
  ] as const)(
    'is $byDefault for $state, and $asked when an open one is to be down',
    ({ state, byDefault, asked }) => {
      const source = { state: () => state };
      const result = breakerCheck(source).check();
      expect(result).toMatchObject({ status: byDefault, details: { state } });
      expect(result.reason === undefined).toBe(byDefault === 'up');
      expect(breakerCheck(source, { openStatus: 'down' }).check().status).toBe(asked);
    },
  );

  it('follows the breaker from run to run', () => {
    let state: BreakerState = 'closed';
    const { check } = breakerCheck({ state: () => state });
    expect(check().status).toBe('up');
    state = 'open';
    expect(check().status).toBe('degraded');
  });

  it('is down for a state that it does not know', () => {
    const { status, reason } = breakerCheck({ state: () => 'OPEN' as BreakerState }).check();
    expect({ status, reason }).toEqual({
      status: 'down',
      reason: 'the breaker has an unknown state: state() must answer closed, open, half_open or isolated',
    });
  });

  it.each([[undefined], [{ state: 'open' }], [{ opened: true }]])('refuses %j at once', (source) => {
    expect(() => breakerCheck(source as never)).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_CHECK_CLIENT' }),
    );
  });
});
