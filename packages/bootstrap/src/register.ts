/**
 * Starts Sightline before the service: `node --import @sightline/bootstrap/register server.js`.
 *
 * Nothing in here waits at the top level, so that `--require` and `require()` load it as well. It stays off where the
 * service does not run: in package managers and other tools that `NODE_OPTIONS` reaches too, and in threads of libraries.
 */
import { isMainThread } from 'node:worker_threads';
import { runsService } from './hooks/program.ts';
import { startFromRegister } from './start.ts';

if (runsService({ isMainThread, script: process.argv[1] })) startFromRegister();
