import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { createAppFiles } from './app-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const app = createAppFiles(pathToFileURL(`${folder}/built/`));
const browser = { types: 'text/html,*/*', encodings: 'br' };
const program = { types: '*/*', encodings: 'gzip, br' };

describe('createAppFiles', () => {
  it('says to a browser that nothing is built, and takes what is built later', async () => {
    expect(await app.find('/logs', browser)).toMatchObject({
      status: 503,
      text: expect.stringContaining('not built') as unknown,
    });
    expect(await app.find('/logs', program)).toBeUndefined();
    mkdirSync(join(folder, 'built/assets'), { recursive: true });
    writeFileSync(join(folder, 'built/index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'built/assets/app-1a2b.js'), 'code');
    writeFileSync(join(folder, 'built/assets/app-1a2b.js.gz'), gzipSync('code'));
    writeFileSync(join(folder, 'built/secret.map'), '{}');
    expect(await app.find('/logs', browser)).toMatchObject({
      bytes: Buffer.from('<!doctype html>'),
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
  });

  it('gives files packed to whom takes them so, to be kept where their name tells their content', async () => {
    const packed = await app.find('/assets/app-1a2b.js', program);
    expect(packed).toMatchObject({
      bytes: gzipSync('code'),
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'content-encoding': 'gzip',
        'cache-control': 'public, max-age=31536000, immutable',
      },
    });
    const plain = await app.find('/assets/app-1a2b.js', browser);
    expect(plain?.bytes).toEqual(Buffer.from('code'));
    expect(plain?.headers).not.toHaveProperty('content-encoding');
    expect((await app.find('/index.html', program))?.headers).not.toHaveProperty('cache-control');
  });

  it.each([
    ['/secret.map', program],
    ['/assets/app-0000.js', browser],
    ['/nothing', program],
  ])('has nothing at %s', async (path, accepted) => {
    expect(await app.find(path, accepted)).toBeUndefined();
  });
});
