import * as z from 'zod';

const uid = z.string().regex(/^[\w-]{1,40}$/, 'letters, digits, - and _, at most 40');

export const pushOptionsSchema = z.strictObject({
  /** The folder that the dashboards go to; it is made when it is not there. */
  folder: z
    .strictObject({ uid, title: z.string().min(1).max(189) })
    .default({ uid: 'sightline', title: 'Sightline' }),
  /**
   * What to replace: `pushed` only what the last push has made and nobody has touched since, `always` everything,
   * `never` nothing.
   */
  overwrite: z.enum(['pushed', 'always', 'never']).default('pushed'),
  /** True: says what would happen and writes nothing. */
  dryRun: z.boolean().default(false),
});

/** What a caller writes. */
export type PushOptions = z.input<typeof pushOptionsSchema>;
export type ResolvedPushOptions = z.output<typeof pushOptionsSchema>;
