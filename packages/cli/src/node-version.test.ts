import { describe, expect, it } from 'vitest';
import { refuseOldNode } from './node-version.ts';

function refusal(version: string, ...argv: readonly string[]) {
  let [out, err] = ['', ''];
  const isOld = refuseOldNode({
    version,
    argv: ['node', 'sightline', ...argv],
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { isOld, out, err };
}

describe('refuseOldNode', () => {
  it.each(['v22.15.0', 'v22.23.3', 'v24.0.0', 'v26.9.0'])('has nothing against %s', (version) => {
    expect(refusal(version)).toEqual({ isOld: false, out: '', err: '' });
  });

  it.each(['v22.14.9', 'v20.20.2', 'v18.0.0'])('says of %s what is expected, and what to do', (version) => {
    const { isOld, out, err } = refusal(version, 'doctor');
    expect({ isOld, out }).toEqual({ isOld: true, out: '' });
    expect(err).toBe(
      `error this is Node.js ${version.slice(1)} (SIGHTLINE_NODE_VERSION)\n  expected: Node.js 22.15 or later\n  fix: update Node.js, or start another one that is installed\n`,
    );
  });

  it('prints one document with --json', () => {
    expect(JSON.parse(refusal('v20.20.2', 'dev', '--json').out)).toMatchObject({
      exitCode: 2,
      problems: [{ code: 'SIGHTLINE_NODE_VERSION', expected: 'Node.js 22.15 or later' }],
      result: null,
    });
  });
});
