import { z } from 'zod';
import { laneOptionsSchema } from './lane-options.ts';

export const fileOptionsSchema = laneOptionsSchema.extend({
  /**
   * Where the lines go. A number goes before the extension, and with `frequency` the date before that:
   * `logs/app.log` becomes `logs/app.1.log` or `logs/app.2026-11-20.1.log`. Processes do not share a file: give each
   * its own path.
   */
  path: z.string().regex(/^(?:[a-z]:)?[^<>"|?*:\0]+$/i, { error: 'a path without any of < > " | ? * :' }),
  /** Size past which the next file is begun [bytes]; one turn's lines may go over it. 0: size does not matter. */
  maxBytes: z
    .int()
    .min(0)
    .default(100 * 1024 * 1024),
  /** How often a new file is begun, by local time, also when the old one is small. */
  frequency: z.enum(['never', 'daily', 'hourly']).default('never'),
  /** Files kept, the current one among them. At each rotation the oldest go, those of earlier starts too. */
  keep: z.int().min(1).default(10),
  /** Makes the folder when it is missing. */
  mkdir: z.boolean().default(true),
  /** Keeps a link `current.log` beside the files that points to the current one. */
  symlink: z.boolean().default(false),
  /** Rights of new files: `0o600` for the owner alone. By default what the umask leaves. */
  mode: z.int().min(0).max(0o777).optional(),
  /** Most text that waits while the disk is full or fails [bytes, for ASCII]. Later lines are dropped and counted. */
  maxBufferBytes: z
    .int()
    .min(64 * 1024)
    .default(16 * 1024 * 1024),
});
/** What a caller writes. */
export type FileOptions = z.input<typeof fileOptionsSchema>;
/** What our code reads: every default in its place. */
export type ResolvedFileOptions = Readonly<z.output<typeof fileOptionsSchema>>;
