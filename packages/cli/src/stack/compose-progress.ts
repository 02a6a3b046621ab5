/** What Compose tells of with `--progress plain`, as far as it is shown. */
export interface ComposeEvent {
  readonly kind: 'image' | 'container' | 'volume' | 'network';
  readonly name: string;
  readonly state: string;
}

/**
 * ` Container sightline-loki-1  Healthy`, ` Image grafana/loki:3.7.6 Pulling`, and what older versions write of an image:
 * ` loki Pulling`.
 */
export function composeEvent(line: string): ComposeEvent | undefined {
  const [, kind, name, state] = /^\s*(Container|Image|Volume|Network) (\S+)\s+([A-Z][a-z]+)/.exec(line) ?? [];
  if (kind !== undefined && name !== undefined && state !== undefined) {
    return {
      kind: kind.toLowerCase() as ComposeEvent['kind'],
      name: kind === 'Container' ? serviceOf(name) : name.replaceAll('"', ''),
      state: state.toLowerCase(),
    };
  }
  const [, image, pulled] = /^\s*(\S+) (Pulling|Pulled)\s*$/.exec(line) ?? [];
  return image !== undefined && pulled !== undefined
    ? { kind: 'image', name: image, state: pulled.toLowerCase() }
    : undefined;
}

/** `sightline-loki-1` is `loki`. */
function serviceOf(container: string): string {
  return /^[^-]+-(.+)-\d+$/.exec(container)?.[1] ?? container;
}

/** Keeps count of what goes on, and says it in a line. */
export function createComposeProgress(): { readonly take: (line: string) => string | undefined } {
  const pulling = new Set<string>();
  const pulled = new Set<string>();
  const states = new Map<string, string>();
  return {
    take(line) {
      const event = composeEvent(line);
      if (event === undefined) return undefined;
      if (event.kind === 'image') {
        (event.state === 'pulled' ? pulled : pulling).add(event.name);
        const all = new Set([...pulling, ...pulled]).size;
        return `getting images: ${pulled.size} of ${all}, ${event.name}`;
      }
      if (event.kind !== 'container') return `${event.state} the ${event.kind} ${event.name}`;
      states.set(event.name, event.state);
      const ready = [...states.values()].filter((state) => state === 'healthy' || state === 'exited').length;
      return `${event.name} is ${event.state}; ${ready} of ${states.size} are ready`;
    },
  };
}
