/**
 * Starts Sightline before the service: `node --import @sightline/bootstrap/register server.js`.
 *
 * Nothing in here waits at the top level, so that `--require` and `require()` load it as well. It stays off where the
 * service does not run: in package managers and other tools that `NODE_OPTIONS` reaches too, in threads of libraries, and in threads of
 * any of these.
 */
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { runsService } from './hooks/program.ts';
import { startFromRegister } from './start.ts';

/** Set where the service does not run; threads inherit it, other processes do not. */
const BELOW_TOOL = 'sightline.below-tool';

const isBelowTool = getEnvironmentData(BELOW_TOOL) === true;
const [, script, ...args] = process.argv;
if (runsService({ isMainThread, script, args, isBelowTool })) startFromRegister();
else setEnvironmentData(BELOW_TOOL, true);
