import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { installedPackageOf, packageNameOf, packageOf } from './package-details.ts';

describe('packageOf', () => {
  it('finds name and version above a file, past a package.json without a name', () => {
    const path = createRequire(import.meta.url).resolve('hono/tiny');
    expect(packageOf(path)).toMatchObject({
      name: 'hono',
      version: expect.stringMatching(/^4\./) as unknown,
    });
  });

  it('finds a package without a version', () => {
    const root = mkdtempSync(join(tmpdir(), 'sightline-package-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    writeFileSync(join(root, 'package.json'), '{"name":"shop"}');
    expect(packageOf(join(root, 'server.js'))).toEqual({ name: 'shop', version: undefined, root });
  });

  it('is undefined where there is none', () => {
    expect(packageOf('/nowhere/at/all.js')).toBeUndefined();
  });
});

describe('packageNameOf', () => {
  it.each([
    ['express', 'express'],
    ['hono/tiny', 'hono'],
    ['@redis/client', '@redis/client'],
    ['@redis/client/dist/index.js', '@redis/client'],
  ])('of %s is %s', (specifier, expected) => {
    expect(packageNameOf(specifier)).toBe(expected);
  });
});

describe('installedPackageOf', () => {
  it.each([
    ['/app/node_modules/express/lib/router.js', 'express', '/app/node_modules/express'],
    ['/app/node_modules/a/node_modules/@b/c/d.js', '@b/c', '/app/node_modules/a/node_modules/@b/c'],
    [String.raw`C:\app\node_modules\pg\index.js`, 'pg', String.raw`C:\app\node_modules\pg`],
  ])('of %s is %s', (path, name, root) => {
    expect(installedPackageOf(path)).toEqual({ name, root });
  });

  it('is undefined for a file of the service', () => {
    expect(installedPackageOf('/app/server.js')).toBeUndefined();
  });
});
