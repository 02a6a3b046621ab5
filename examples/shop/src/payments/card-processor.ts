import { setTimeout as delay } from 'node:timers/promises';
import type { Incident } from '../incidents.ts';

type Verdict = 'accepted' | 'declined';

/** The company that moves the money. Here it is made up, and can have a bad day. */
export interface CardProcessor {
  /** @throws when the processor fails; its message says more than it should, as such messages do */
  charge(card: string, amountCents: number): Promise<Verdict>;
  suffer(incident: Incident): void;
}

/** Card numbers that end so are declined. */
const DECLINED_END = '0002';

/**
 * @param now the clock [ms], for flapping
 * @param random from 0 to below 1, for the charges that fail
 */
export function createCardProcessor(
  now: () => number = () => performance.now(),
  random = Math.random,
): CardProcessor {
  let incident: Incident = { kind: 'none' };
  let sinceMs = now();
  let leaked: Buffer[] = [];

  function isFailing(): boolean {
    if (incident.kind === 'failing') return random() < incident.failedRatio;
    return incident.kind === 'flapping' && Math.floor((now() - sinceMs) / incident.periodMs) % 2 === 0;
  }

  return {
    async charge(card, amountCents) {
      await delay(1 + random() * 8);
      if (incident.kind === 'slow') await delay(incident.delayMs);
      if (incident.kind === 'leaking' && (leaked.length + 1) * incident.bytesPerCharge <= incident.maxBytes) {
        leaked.push(Buffer.alloc(incident.bytesPerCharge, 1));
      }
      if (isFailing()) {
        throw new Error(`processor unavailable: POST /v2/charge card_number=${card}&amount=${amountCents}`);
      }
      return card.endsWith(DECLINED_END) ? 'declined' : 'accepted';
    },
    suffer(next) {
      incident = next;
      sinceMs = now();
      leaked = [];
    },
  };
}
