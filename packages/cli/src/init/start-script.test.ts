import { describe, expect, it } from 'vitest';
import { editScript } from './start-script.ts';

const I = '--import @sightline/bootstrap/register';
const J = '--import=@sightline/bootstrap/register';
const alone = { hasDotenv: false, nodemonChooses: false };
const besideDotenv = { ...alone, hasDotenv: true };

describe('editScript', () => {
  it.each([
    ['node server.js', `node ${I} server.js`],
    ['node --enable-source-maps dist/main.js', `node ${I} --enable-source-maps dist/main.js`],
    ['NODE_ENV=production node .', `NODE_ENV=production node ${I} .`],
    ['cross-env NODE_ENV=production PORT=80 node .', `cross-env NODE_ENV=production PORT=80 node ${I} .`],
    ['exec node .', `exec node ${I} .`],
    ['tsc -b && node dist/main.js', `tsc -b && node ${I} dist/main.js`],
    ['node build.js && node dist/main.js', `node build.js && node ${I} dist/main.js`],
    ['tsx src/main.ts', `tsx ${J} src/main.ts`],
    // Behind `--import x`, in two words, tsx takes no more flags of its own, and Node.js knows none of them.
    ['tsx watch --clear-screen=false src/main.ts', `tsx watch ${J} --clear-screen=false src/main.ts`],
    ['./node_modules/.bin/tsx main.ts', `./node_modules/.bin/tsx ${J} main.ts`],
    ['nodemon server.js', `nodemon --exec "node ${I}" server.js`],
    [
      'nodemon --watch src -r dotenv/config a.mjs x.ts',
      `nodemon --exec "node ${I}" --watch src -r dotenv/config a.mjs x.ts`,
    ],
    ['nest start', `nest start --exec "node ${I}"`],
    ['nest start --watch', `nest start --exec "node ${I}" --watch`],
    ['ts-node src/main.ts', `NODE_OPTIONS="${I}" ts-node src/main.ts`],
    ['NODE_OPTIONS=--trace-gc ts-node a.ts', `NODE_OPTIONS="${I} --trace-gc" ts-node a.ts`],
    ['A=1 NODE_OPTIONS="--trace-gc -r x" ts-node a', `A=1 NODE_OPTIONS="${I} --trace-gc -r x" ts-node a`],
    // On Windows no shell knows an assignment in front of a program.
    ['cross-env A=1 ts-node a', `cross-env NODE_OPTIONS="${I}" A=1 ts-node a`],
    ["cross-env NODE_OPTIONS='-r x' ts-node a", `cross-env NODE_OPTIONS='${I} -r x' ts-node a`],
    ['NODE_OPTIONS= ts-node a', `NODE_OPTIONS="${I}" ts-node a`],
  ])('puts the import into: %s', (script, changed) => {
    expect(editScript(script, alone)).toEqual({ kind: 'changed', script: changed });
  });

  it('lets Node.js read .env, unless it does already', () => {
    expect(editScript('node .', besideDotenv)).toEqual({
      kind: 'changed',
      script: `node --env-file-if-exists=.env ${I} .`,
    });
    expect(editScript('node --env-file=.env .', besideDotenv)).toEqual({
      kind: 'changed',
      script: `node ${I} --env-file=.env .`,
    });
    expect(editScript('nodemon server.js', besideDotenv)).toEqual({
      kind: 'changed',
      script: `nodemon --exec "node --env-file-if-exists=.env ${I}" server.js`,
    });
  });

  it('lets tsx hand that on, and says that ts-node hands nothing on', () => {
    expect(editScript('tsx main.ts', besideDotenv)).toEqual({
      kind: 'changed',
      script: `tsx --env-file-if-exists=.env ${J} main.ts`,
    });
    expect(editScript('tsx watch main.ts', besideDotenv)).toEqual({
      kind: 'changed',
      script: `tsx watch --env-file-if-exists=.env ${J} main.ts`,
    });
    expect(editScript('ts-node main.ts', besideDotenv)).toEqual({
      kind: 'changed',
      script: `NODE_OPTIONS="${I}" ts-node main.ts`,
      noDotenv: 'ts-node hands no flag on that would read it',
    });
    expect(editScript('dotenv -- ts-node main.ts', besideDotenv)).not.toHaveProperty('noDotenv');
  });

  it.each([
    'nodemon',
    'nodemon .',
    'nodemon src/index.ts',
    'nodemon --watch a.js src/index.ts',
    'nodemon -r ts-node/register src/index.ts build.js',
    'nodemon --config n.json server.js',
    'nodemon --cwd api server.js',
    'nodemon --exec ts-node x.ts',
  ])('leaves nodemon to start what its files or options say: %s', (script) => {
    expect(editScript(script, alone)).toHaveProperty('why', expect.stringContaining(`node ${I}`));
  });

  it('leaves nodemon alone where its configuration says what it starts', () => {
    expect(editScript('nodemon server.js', { ...alone, nodemonChooses: true }).kind).toBe('unknown');
  });

  it('leaves what loads it already', () => {
    expect(editScript(`node ${I} .`, besideDotenv)).toEqual({ kind: 'done' });
  });

  it.each(['bun run server.ts', 'PORT=1 bun server.ts', 'deno run -A main.ts'])(
    'says that Node.js alone is observed: %s',
    (script) => {
      expect(editScript(script, alone)).toHaveProperty('why', expect.stringContaining('what Node.js runs'));
    },
  );

  it.each([
    'next start',
    'pm2 start app.js',
    'node --test',
    'node -e 1',
    'npm run serve',
    'node',
    'nodemon --exec ts-node x.ts',
  ])('does not touch what it does not understand: %s', (script) => {
    const edit = editScript(script, alone);
    expect(edit.kind).toBe('unknown');
    expect(edit).toHaveProperty('why', expect.stringContaining(`NODE_OPTIONS="${I}"`));
  });
});
