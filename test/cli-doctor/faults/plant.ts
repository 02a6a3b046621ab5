import type { Told } from '../run-doctor.ts';
import type { World } from '../world.ts';

/** A fault, and the codes that it is to be found by. */
export interface Plant {
  readonly fault: string;
  readonly found: readonly string[];
  readonly plant: (world: World) => Promise<Told>;
  /** Planted with SIGHTLINE_LONG_TESTS=true only: it starts one more service, and another fault is like it. */
  readonly long?: true;
}
