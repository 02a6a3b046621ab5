import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from './create-logger.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-transport-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const customLevels = { notice: 35 };
const messages = (name: string): string[] =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
const targets = (levels: readonly string[]) =>
  levels.map((level) => ({
    target: 'pino/file',
    level,
    options: { destination: join(folder, `${level}.log`) },
  }));

describe('levels of the caller and transports of pino with several targets', () => {
  it.each([
    {
      title: 'named in the options, a target of such a level among them',
      lower: 'info',
      upper: 'notice',
      open: () => createLogger({ customLevels, transport: { targets: targets(['info', 'notice']) } }),
      expected: ['notice', 'error'],
    },
    {
      title: 'made by the caller',
      lower: 'info',
      upper: 'warn',
      open: () => createLogger({ customLevels }, pino.transport({ targets: targets(['info', 'warn']) })),
      expected: ['error'],
    },
  ])('loses no line: $title', async ({ open, lower, upper, expected }) => {
    const log = open();
    log.info('info');
    log.notice('notice');
    log.error('error');
    await vi.waitFor(() => {
      expect(messages(`${lower}.log`)).toEqual(['info', 'notice', 'error']);
      expect(messages(`${upper}.log`)).toEqual(expected);
    }, 10_000);
  });
});
