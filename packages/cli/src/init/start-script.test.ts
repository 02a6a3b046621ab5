import { describe, expect, it } from 'vitest';
import { editScript } from './start-script.ts';

const I = '--import @sightline/bootstrap/register';

describe('editScript', () => {
  it.each([
    ['node server.js', `node ${I} server.js`],
    ['node --enable-source-maps dist/main.js', `node ${I} --enable-source-maps dist/main.js`],
    ['NODE_ENV=production node .', `NODE_ENV=production node ${I} .`],
    ['cross-env NODE_ENV=production PORT=80 node .', `cross-env NODE_ENV=production PORT=80 node ${I} .`],
    ['exec node .', `exec node ${I} .`],
    ['tsc -b && node dist/main.js', `tsc -b && node ${I} dist/main.js`],
    ['node build.js && node dist/main.js', `node build.js && node ${I} dist/main.js`],
    ['tsx src/main.ts', `tsx ${I} src/main.ts`],
    ['tsx watch --clear-screen=false src/main.ts', `tsx watch ${I} --clear-screen=false src/main.ts`],
    ['./node_modules/.bin/tsx main.ts', `./node_modules/.bin/tsx ${I} main.ts`],
    ['nodemon server.js', `nodemon --exec "node ${I}" server.js`],
    ['nest start', `nest start --exec "node ${I}"`],
    ['nest start --watch', `nest start --exec "node ${I}" --watch`],
    ['ts-node src/main.ts', `NODE_OPTIONS="${I}" ts-node src/main.ts`],
  ])('puts the import into: %s', (script, changed) => {
    expect(editScript(script, false)).toEqual({ kind: 'changed', script: changed });
  });

  it('lets Node.js read .env, unless it does already', () => {
    expect(editScript('node .', true)).toEqual({
      kind: 'changed',
      script: `node --env-file-if-exists=.env ${I} .`,
    });
    expect(editScript('node --env-file=.env .', true)).toEqual({
      kind: 'changed',
      script: `node ${I} --env-file=.env .`,
    });
    expect(editScript('nodemon server.js', true)).toEqual({
      kind: 'changed',
      script: `nodemon --exec "node --env-file-if-exists=.env ${I}" server.js`,
    });
  });

  it('leaves what loads it already', () => {
    expect(editScript(`node ${I} .`, true)).toEqual({ kind: 'done' });
  });

  it.each([
    'next start',
    'bun run server.ts',
    'pm2 start app.js',
    'node --test',
    'node -e 1',
    'npm run serve',
    'node',
    'nodemon --exec ts-node x.ts',
  ])('does not touch what it does not understand: %s', (script) => {
    const edit = editScript(script, false);
    expect(edit.kind).toBe('unknown');
    expect(edit).toHaveProperty('why', expect.stringContaining(`NODE_OPTIONS="${I}"`));
  });
});
