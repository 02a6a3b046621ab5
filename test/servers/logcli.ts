import type { Found } from './debian.ts';
import { findProgram } from './program.ts';

export const findLogcli = (): Found => findProgram('logcli', 'SIGHTLINE_LOGCLI_BINARY');
