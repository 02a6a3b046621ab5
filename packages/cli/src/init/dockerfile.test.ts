import { describe, expect, it } from 'vitest';
import { editDockerfile } from './dockerfile.ts';

const I = '"--import", "@sightline/bootstrap/register"';

describe('editDockerfile', () => {
  it.each([
    ['CMD ["node", "server.js"]', `CMD ["node", ${I}, "server.js"]`],
    ['CMD [ "node" , "server.js" ]', `CMD [ "node" , ${I}, "server.js" ]`],
    [
      'ENTRYPOINT ["/usr/local/bin/node"]\nCMD ["a.js"]',
      `ENTRYPOINT ["/usr/local/bin/node", ${I}]\nCMD ["a.js"]`,
    ],
    ['CMD node server.js', 'CMD node --import @sightline/bootstrap/register server.js'],
    ['CMD ["dumb-init", "node", "a.js"]', `CMD ["dumb-init", "node", ${I}, "a.js"]`],
    [
      'ENTRYPOINT ["/sbin/tini", "-g", "--", "node", "a.js"]',
      `ENTRYPOINT ["/sbin/tini", "-g", "--", "node", ${I}, "a.js"]`,
    ],
    ['CMD dumb-init -- node a.js', 'CMD dumb-init -- node --import @sightline/bootstrap/register a.js'],
    // The images of Node.js hand it what is no program.
    ['CMD ["dist/a.mjs"]', `CMD [${I}, "dist/a.mjs"]`],
    ['CMD exec node a.js', 'CMD exec node --import @sightline/bootstrap/register a.js'],
  ])('puts the import into: %s', (lines, changed) => {
    const edit = editDockerfile(`FROM node:24 AS build\nCMD ["node", "build.js"]\nFROM node:24\n${lines}\n`);
    expect(edit).toEqual({
      text: `FROM node:24 AS build\nCMD ["node", "build.js"]\nFROM node:24\n${changed.replace(' , "--import"', ' , "--import"')}\n`,
    });
  });

  it('puts the import before the file that a distroless image starts, and nothing before what another entry point is given', () => {
    const distroless = 'FROM node:24 AS build\nFROM gcr.io/distroless/nodejs24-debian12:nonroot\n';
    expect(editDockerfile(`${distroless}CMD ["a.js"]\n`)).toEqual({
      text: `${distroless}CMD [${I}, "a.js"]\n`,
    });
    const own = 'FROM node:24\nENTRYPOINT ["./start.sh"]\nCMD ["a.js"]\n';
    expect(editDockerfile(own)).toHaveProperty('why');
    expect(editDockerfile('FROM alpine\nCMD ["a.js"]\n')).toHaveProperty('why');
  });

  it('has nothing to do where a script is started, or where it is there', () => {
    expect(editDockerfile('FROM node:24\nCMD ["npm", "start"]\n')).toBeUndefined();
    expect(editDockerfile(`FROM node:24\nCMD ["node", ${I}, "a.js"]\n`)).toBeUndefined();
  });

  it('takes no line for the command that goes on with another instruction, also behind a comment', () => {
    const rest = `FROM node:24
# A comment goes on with nothing: \\
RUN echo a \\
  # why
  && echo b

HEALTHCHECK --interval=10s \\
# asks the service

  CMD node healthcheck.js
`;
    expect(editDockerfile(`${rest}CMD ["node", "server.js"]\n`)).toEqual({
      text: `${rest}CMD ["node", ${I}, "server.js"]\n`,
    });
    expect(editDockerfile(`${rest}CMD ["npm", "start"]\n`)).toBeUndefined();
    expect(editDockerfile(rest)).toHaveProperty('why');
  });

  it.each(['CMD ["node", \\\n  "a.js"]', 'CMD ["/app/server"]', ''])('says why it leaves: %j', (lines) => {
    expect(editDockerfile(`FROM x\n${lines}\n`)).toHaveProperty('why');
  });
});
