import type { Embedded } from '../embedded.ts';
import type { Telemetry } from '../victim.ts';
import type { VictimEnvironment, World } from '../world.ts';

/** Who sends something away. */
export const shippers = ['sightline', 'otel', 'pino-loki'] as const;

/** One thing that goes wrong, and is made good again. */
export interface Fault {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  /** On whom it is tried. */
  readonly on: readonly Telemetry[];
  /** What is cut off by it; undefined when everything still arrives. */
  readonly backend?: 'otlp' | 'loki' | 'both';
  /** False: lines for Loki wait in memory alone. Default: true. */
  readonly spools?: boolean;
  /** Given: the embedded stack is both backends. */
  readonly openEmbedded?: (folder: string) => Promise<Embedded>;
  /** Prepares the world. @returns what the service needs; a text when it cannot be tried here: why */
  prepare?(world: World, telemetry: Telemetry): Promise<VictimEnvironment | string>;
  begin(world: World): Promise<void> | void;
  end(world: World): Promise<void> | void;
}
