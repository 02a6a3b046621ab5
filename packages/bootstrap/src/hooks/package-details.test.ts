import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { installedPackageOf, isOfPackage, packageNameOf, packageOf } from './package-details.ts';

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

describe('isOfPackage', () => {
  it.each([
    { path: '/app/node_modules/router/index.js', name: 'router', expected: true },
    // "router": "npm:@acme/router@2"
    { path: '/app/node_modules/router/index.js', name: '@acme/router', expected: true },
    { path: '/app/packages/router/index.js', name: 'router', expected: true },
    { path: '/app/src/router.js', name: 'shop', expected: false },
    { path: '/app/src/router.js', name: undefined, expected: false },
  ])('is $expected for $path of $name when it was asked for as router', ({ path, name, expected }) => {
    const details = name === undefined ? undefined : { name, version: '2.1.0', root: '/app' };
    expect(isOfPackage(path, details, 'router', 'router')).toBe(expected);
  });

  it('is true for a fork under a name of its own that is linked into node_modules', () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'sightline-linked-')));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const [fork, service] = [join(root, 'fork'), join(root, 'service')];
    mkdirSync(fork);
    mkdirSync(join(service, 'node_modules'), { recursive: true });
    writeFileSync(join(fork, 'package.json'), '{"name":"@acme/router"}');
    symlinkSync(fork, join(service, 'node_modules', 'router'), 'junction');
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(service);
    onTestFinished(() => cwd.mockRestore());
    const details = { name: '@acme/router', version: '2.1.0', root: fork };
    expect(isOfPackage(join(fork, 'index.js'), details, 'router', 'router')).toBe(true);
    expect(isOfPackage(join(fork, 'index.js'), details, 'router', 'other')).toBe(false);
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
