import type { Labels } from '../../api/prometheus.ts';
import { evidenceLinks } from './evidence-links.ts';

/** Where to look next, as links. */
export function Evidence({ annotations, labels }: { readonly annotations: Labels; readonly labels: Labels }) {
  return (
    <>
      {evidenceLinks(annotations, labels).map(({ name, to, external }) => (
        <a key={name} class="button" href={to} {...(external && { target: '_blank', rel: 'noreferrer' })}>
          {name}
        </a>
      ))}
    </>
  );
}
