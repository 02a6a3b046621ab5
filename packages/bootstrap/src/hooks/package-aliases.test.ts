import { describe, expect, it } from 'vitest';
import { packageAliases } from './package-aliases.ts';

function aliasesIn(
  files: Readonly<Record<string, unknown>>,
  entry: string | undefined = '/srv/shop/dist/server.js',
) {
  const aliases = packageAliases({
    entry,
    workingDirectory: '/srv/shop',
    readText: (path) => {
      const file = files[path];
      return typeof file === 'string' || file === undefined ? file : JSON.stringify(file);
    },
  });
  return Object.fromEntries(aliases);
}

describe('packageAliases', () => {
  it('finds the own names of what is installed under other ones, of all package.json above the service', () => {
    expect(
      aliasesIn({
        '/srv/shop/package.json': {
          dependencies: {
            web: 'npm:express@5',
            express: '^4.21.0',
            db: 'npm:@scope/pg',
            next: 'npm:hono@next',
          },
          devDependencies: { 'old-web': 'npm:express@4.21.0' },
        },
        '/srv/package.json': { optionalDependencies: { k: 'npm:koa@^3' } },
      }),
    ).toEqual({ express: ['web', 'old-web'], '@scope/pg': ['db'], hono: ['next'], koa: ['k'] });
  });

  it('begins in the folder that `node .` names', () => {
    const files = { '/srv/shop/package.json': { dependencies: { web: 'npm:express@5' } } };
    expect(aliasesIn(files, '/srv/shop')).toEqual({ express: ['web'] });
  });

  it('looks at what is installed where the dependency does not say it', () => {
    expect(
      aliasesIn(
        {
          '/srv/shop/package.json': {
            dependencies: { web: 'catalog:', own: 'workspace:*', gone: 'file:../gone', plain: 'latest' },
          },
          '/srv/shop/node_modules/web/package.json': { name: 'express' },
          '/srv/shop/node_modules/own/package.json': { name: 'own' },
          '/srv/shop/node_modules/plain/package.json': { name: 'never read' },
        },
        '/usr/lib/node_modules/pm2/lib/starter.js',
      ),
    ).toEqual({ express: ['web'] });
  });

  it.each(['{', 'null', '{"dependencies":7}', '{"dependencies":{"web":5}}'])('is empty with %s', (text) => {
    expect(aliasesIn({ '/srv/shop/package.json': text }, undefined)).toEqual({});
  });
});
