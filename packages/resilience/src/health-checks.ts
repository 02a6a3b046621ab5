import type { HealthContribution, HealthResult, HealthSink } from './sinks.ts';

/** Gives health the contributions of what is watched, so that the service's own checks have room beside them. */
export interface HealthChecks {
  /**
   * @returns takes it off
   * @throws what the sink throws; nothing stays behind then
   */
  add(kind: string, name: string, contribution: HealthContribution): () => void;
}

interface Member {
  readonly name: string;
  readonly check: HealthContribution['check'];
}

interface SharedCheck {
  readonly members: Set<Member>;
  readonly takeOff: () => void;
}

/** Most things with a check of their own: health has series for 50 checks, and takes 200. */
const MAX_OWN_CHECKS = 30;

/** Most things that the reason of a shared check names. */
const MAX_NAMED = 3;

/** What comes past the bound shares a check with the others of its kind, and of its criticality. */
export function createHealthChecks(sink: HealthSink): HealthChecks {
  const shared = new Map<string, SharedCheck>();
  let ownCount = 0;

  function share(kind: string, member: Member, critical: boolean): () => void {
    // No name of a check of its own, which has a colon behind the kind.
    const name = `${kind.replaceAll(/[^\w.-]/g, '-').slice(0, 40)}.others${critical ? '.critical' : ''}`;
    const known = shared.get(name);
    const members = known?.members ?? new Set<Member>();
    members.add(member);
    if (known === undefined) {
      const takeOff = sink.add(name, { check: () => summaryOf(members), critical });
      shared.set(name, { members, takeOff });
    }
    return () => {
      if (!members.delete(member) || members.size > 0) return;
      shared.get(name)?.takeOff();
      shared.delete(name);
    };
  }

  return {
    add(kind, name, contribution) {
      if (ownCount >= MAX_OWN_CHECKS)
        return share(kind, { name, check: contribution.check }, contribution.critical);
      const takeOff = sink.add(name, contribution);
      ownCount++;
      return () => {
        takeOff();
        ownCount--;
      };
    },
  };
}

/** The worst of them, with the first of those that are so by name. */
function summaryOf(members: ReadonlySet<Member>): HealthResult {
  const results = Array.from(members, ({ name, check }) => ({ name, ...check() }));
  for (const status of ['down', 'degraded'] as const) {
    const found = results.filter((each) => each.status === status);
    if (found.length === 0) continue;
    const named = found.slice(0, MAX_NAMED).map(({ name, reason }) => `${name} ${reason ?? ''}`.trimEnd());
    const more = found.length > MAX_NAMED ? '; …' : '';
    return {
      status,
      reason: `${found.length} of ${results.length} are ${status}: ${named.join('; ')}${more}`,
    };
  }
  return { status: 'up' };
}
