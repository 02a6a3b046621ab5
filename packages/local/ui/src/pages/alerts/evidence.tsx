import type { Labels } from '../../api/prometheus.ts';
import { evidenceLinks } from './evidence-links.ts';

/** Where to look next, as links. */
export function Evidence({
  annotations,
  labels,
  ageMs = 0,
}: {
  readonly annotations: Labels;
  readonly labels: Labels;
  readonly ageMs?: number;
}) {
  return (
    <>
      {evidenceLinks(annotations, labels, ageMs).map(({ name, to, external }) => (
        <a key={name} class="button" href={to} {...(external && { target: '_blank', rel: 'noreferrer' })}>
          {name}
        </a>
      ))}
    </>
  );
}
