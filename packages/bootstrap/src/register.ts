/**
 * Starts Sightline before the service: `node --import @sightline/bootstrap/register server.js`.
 *
 * Nothing in here waits at the top level, so that `--require` and `require()` load it as well. It stays off where the
 * service does not run: in package managers and other tools that `NODE_OPTIONS` reaches too, and in threads of libraries.
 */
import { isMainThread } from 'node:worker_threads';
import { unpackPm2Environment } from './hooks/pm2-environment.ts';
import { isNodeSupported, runsService } from './hooks/program.ts';
import { startFromRegister } from './start.ts';

if (runsService({ isMainThread, script: process.argv[1] })) {
  if (isNodeSupported(process.versions.node)) {
    unpackPm2Environment(process.env);
    startFromRegister();
  } else {
    process.emitWarning(
      `SIGHTLINE_NODE_VERSION: this is Node.js ${process.versions.node}, and nothing is observed. ` +
        'Expected: 22.15 or later. Fix: update Node.js, or take the preload away.',
      { type: 'SightlineWarning', code: 'SIGHTLINE_NODE_VERSION' },
    );
  }
}
