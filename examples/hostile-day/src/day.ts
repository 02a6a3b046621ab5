import { createPlanted } from './planted.ts';
import { createRandom } from './random.ts';
import { type Props, type Scene, type ShopLogger, ordinary, scenes } from './scenes.ts';

/** Requests in each hour of the day, from midnight: the shop sleeps, wakes, and peaks after work. */
const REQUESTS_AN_HOUR = [
  12, 8, 6, 4, 4, 6, 14, 40, 80, 110, 130, 150, 170, 160, 140, 130, 150, 190, 230, 240, 210, 140, 70, 30,
] as const;
/** One of so many requests is followed by a scene that should not have been logged like that. */
const REQUESTS_A_SCENE = 4;
const SEED = 20_261_120;
const MIDNIGHT_MS = Date.UTC(2026, 10, 20);
const HOUR_MS = 3_600_000;

/** The same day, event for event and secret for secret, whoever logs it. */
export interface Day {
  readonly props: Props;
  /** The clock of the day, as pino's `timestamp`. */
  readonly timestamp: () => string;
  readonly hours: readonly Hour[];
}

interface Hour {
  /** 0–23. */
  readonly number: number;
  /** Plays the hour; `around` runs each scene, and may look at what it does. */
  play(log: ShopLogger, around: (scene: Scene, run: () => void) => void): void;
}

export function createDay(): Day {
  const random = createRandom(SEED);
  const props = { random, planted: createPlanted(random) };
  let nowMs = MIDNIGHT_MS;
  let next = 0;

  function play(number: number, requests: number): Hour['play'] {
    return (log, around) => {
      for (let request = 0; request < requests; request += 1) {
        nowMs = MIDNIGHT_MS + Math.floor((number + request / requests) * HOUR_MS);
        around(ordinary, () => ordinary.play(log, props));
        if (request % REQUESTS_A_SCENE > 0) continue;
        const scene = scenes[next % scenes.length] ?? ordinary;
        next += 1;
        around(scene, () => scene.play(log, props));
      }
    };
  }

  return {
    props,
    timestamp: () => `,"time":${nowMs}`,
    hours: REQUESTS_AN_HOUR.map((requests, number) => ({ number, play: play(number, requests) })),
  };
}
