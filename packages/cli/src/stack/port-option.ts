import { SightlineError } from '@sightline/errors';

/**
 * Waits for what is to listen on the port of an option.
 *
 * @throws {SightlineError} `SIGHTLINE_LOCAL_PORT`, which then says what to write on a command line
 */
export async function onPort<Started>(port: string, starts: Promise<Started>): Promise<Started> {
  try {
    return await starts;
  } catch (error) {
    if (!(error instanceof SightlineError) || error.code !== 'SIGHTLINE_LOCAL_PORT') throw error;
    const { code } = { code: undefined, ...Object(error.cause) } as { readonly code: unknown };
    throw new SightlineError(
      'SIGHTLINE_LOCAL_PORT',
      {
        problem:
          code === 'EADDRINUSE'
            ? `port ${port} of this machine is taken`
            : `port ${port} cannot be listened on: ${error.problem}`,
        expected: 'a port that is free and may be used',
        fix: 'end what has it, such as another sightline, or take another port: --port 0 is any that is free',
      },
      { cause: error },
    );
  }
}
