import './tabs.css';
import { href, param } from '../state/location.ts';

export interface Tab {
  /** In the address: `?tab=rules`; '' is the first. */
  readonly id: string;
  readonly name: string;
  readonly count?: number | undefined;
}

/** Parts of a page as links, so that each has an address of its own. */
export function Tabs({
  path,
  tabs,
  label,
}: {
  readonly path: string;
  readonly tabs: readonly Tab[];
  readonly label: string;
}) {
  const current = param('tab');
  return (
    <nav class="tabs no-print" aria-label={label}>
      {tabs.map(({ id, name, count }) => (
        <a key={id} href={href(path, { tab: id })} aria-current={id === current ? 'page' : undefined}>
          {name}
          {count !== undefined && <span class="tabs-count">{count}</span>}
        </a>
      ))}
    </nav>
  );
}
