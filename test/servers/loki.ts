import type { Found } from './debian.ts';
import { findProgram } from './program.ts';

export const findLoki = (): Found => findProgram('loki', 'SIGHTLINE_LOKI_BINARY');
