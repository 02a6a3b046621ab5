import { describe, expect, it } from 'vitest';
import { endingSignals } from './ending-signals.ts';

describe('endingSignals', () => {
  it('are those that people end services with, and not that of the inspector', () => {
    expect(endingSignals(42, 'linux')).toEqual(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']);
  });

  it('leave out what does not end process 1, and what Windows does not have', () => {
    expect(endingSignals(1, 'linux')).not.toContain('SIGUSR2');
    expect(endingSignals(42, 'win32')).toEqual(['SIGTERM', 'SIGINT', 'SIGHUP']);
  });
});
