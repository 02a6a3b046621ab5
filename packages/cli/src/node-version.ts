/** The `engines` of package.json, which a package manager mentions at most. */
const OLDEST = [22, 15] as const;

/** A process as far as it matters here. */
export interface VersionedProcess {
  /** `v22.15.0` */
  readonly version: string;
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * Says what is wrong where this Node.js is too old, in place of whatever would break first, and so without anything else of
 * this package: that may not even load.
 *
 * @returns whether it is
 */
export function refuseOldNode({ version, argv, stdout, stderr }: VersionedProcess): boolean {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return false;
  const code = 'SIGHTLINE_NODE_VERSION';
  const problem = `this is Node.js ${version.replace('v', '')}`;
  const expected = `Node.js ${OLDEST.join('.')} or later`;
  const fix = 'update Node.js, or start another one that is installed';
  if (argv.includes('--json')) {
    const problems = [{ code, problem, expected, fix }];
    stdout.write(`${JSON.stringify({ command: '', exitCode: 2, problems, result: null }, undefined, 2)}\n`);
  }
  stderr.write(`error ${problem} (${code})\n  expected: ${expected}\n  fix: ${fix}\n`);
  return true;
}
