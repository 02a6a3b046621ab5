import { SightlineError } from '@sightline/errors';
import { tokenVariable } from './local-token.ts';
import { usageError } from '../usage-error.ts';

/** The options that say where something listens, as they were given. */
interface PlaceOptions {
  readonly port: string;
  readonly host?: string;
}

/**
 * Waits for what is to listen where options say.
 *
 * @throws {SightlineError} `SIGHTLINE_LOCAL_PORT` or `SIGHTLINE_LOCAL_OPEN`, which then says what to write on a command line, or
 *   `SIGHTLINE_CLI_USAGE` for a host that is none of this machine
 */
export async function onPort<Started>(place: PlaceOptions, starts: Promise<Started>): Promise<Started> {
  try {
    return await starts;
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error;
    if (error.code === 'SIGHTLINE_LOCAL_OPEN') throw withoutToken(place, error);
    if (error.code === 'SIGHTLINE_LOCAL_PORT') throw notListening(place, error);
    throw error;
  }
}

function withoutToken({ host = '' }: PlaceOptions, cause: SightlineError): SightlineError {
  return new SightlineError(
    'SIGHTLINE_LOCAL_OPEN',
    {
      problem: `--host ${host} is reached by others, and there is no token`,
      expected: `a token of 16 characters or more in ${tokenVariable}, or with --token`,
      fix: `${tokenVariable}=$(openssl rand -hex 16) before the command sets one; without --host it is this machine alone`,
    },
    { cause },
  );
}

/** What a machine answers that has no such address, or knows no such name. */
const noAddress: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN']);

function notListening({ port, host }: PlaceOptions, error: SightlineError): SightlineError {
  const { code } = { code: undefined, ...Object(error.cause) } as { readonly code: unknown };
  if (host !== undefined && noAddress.has(code)) {
    return usageError({
      problem: `--host ${host} is no address of this machine`,
      expected: 'one of its addresses, or 0.0.0.0 for all of them',
      fix: 'correct it, or leave it out',
    });
  }
  return new SightlineError(
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
