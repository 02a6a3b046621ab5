import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../examples/shop/src/story/main.ts', import.meta.url));

describe('the demo', () => {
  it('plays its incident to the end, sees every step through the read APIs, and ends with 0', async () => {
    const args = ['--conditions=@sightline/source', main, '--once', '--visitors', '16', '--port', '0'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    });
    expect(stdout).toContain('All 10 steps were seen through the read APIs.');
    expect(stdout).not.toContain('✗');
    expect(stdout).toMatch(
      /✓ an alert fires\n +BreakerOpen: The breaker (?:payments of orders|processor of payments) is open/,
    );
    expect(stderr).toBe('');
  }, 240_000);
});
