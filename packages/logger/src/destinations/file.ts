import { dirname, resolve } from 'node:path';
import { SightlineError, parseOptions } from '@sightline/errors';
import type { Destination } from './destination.ts';
import { type FileOptions, fileOptionsSchema } from './file-options.ts';
import { siblingModule } from './lane-thread.ts';
import type { DestinationHooks } from './problem.ts';
import { workerLane } from './worker-lane.ts';
import { ensureWritableFolder } from './writable-folder.ts';

/**
 * Writes lines to files that are begun anew by size, by date or by both. The disk is touched in a thread of its own.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when an option is wrong
 * @throws {SightlineError} `SIGHTLINE_DESTINATION` when the folder cannot be written
 * @example pino({}, file({ path: 'logs/app.log', maxBytes: 50_000_000, frequency: 'daily', keep: 14 }))
 */
export function file(input: FileOptions, hooks?: DestinationHooks): Destination {
  const parsed = parseOptions('file', fileOptionsSchema, input);
  // Absolute: the working directory may change before a later file is opened.
  const options = { ...parsed, path: resolve(parsed.path) };
  checkFolder(dirname(options.path), options.mkdir);
  const { exitDeadlineMs, maxInFlightBytes, signals } = options;
  const lane = workerLane(
    {
      module: siblingModule('file-sink'),
      factory: 'createFileSink',
      options,
      name: 'sightline-file',
      waitingBytes: options.maxBufferBytes,
      exitDeadlineMs,
      maxInFlightBytes,
      signals,
    },
    hooks,
  );
  return { ...lane, kind: 'file' };
}

function checkFolder(folder: string, mkdir: boolean): void {
  try {
    ensureWritableFolder(folder, mkdir);
  } catch (error) {
    throw new SightlineError(
      'SIGHTLINE_DESTINATION',
      {
        problem: `the folder ${folder} cannot be written`,
        expected: 'a folder that this user may write to',
        fix: mkdir ? 'check its rights, or choose another path' : 'create it, or set mkdir: true',
      },
      { cause: error },
    );
  }
}
