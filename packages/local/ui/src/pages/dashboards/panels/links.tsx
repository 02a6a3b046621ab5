import { href } from '../../../state/location.ts';
import { Menu } from '../../../parts/menu.tsx';
import type { ShownLink } from '../model/data-links.ts';
import type { LinkTarget } from '../model/links.ts';

/** The address of a link, with the time range of the page where it has none of its own. */
export function hrefOf(target: LinkTarget): string {
  return target.kind === 'outside' ? target.url : href(target.path, target.params);
}

interface LinkProps {
  readonly link: ShownLink;
  readonly children?: preact.ComponentChildren;
}

export function PanelAnchor({ link: { title, target }, children = title }: LinkProps) {
  const isOutside = target.kind === 'outside';
  return (
    <a
      href={hrefOf(target)}
      title={title}
      {...(isOutside && { target: '_blank', rel: 'noopener noreferrer' })}
    >
      {children}
    </a>
  );
}

/** A value that leads on: by itself to the first link, by a menu to the others. */
export function LinkedValue({
  text,
  links,
}: {
  readonly text: string;
  readonly links: readonly ShownLink[];
}) {
  const [first, ...others] = links;
  if (first === undefined) return <>{text}</>;
  return (
    <span class="linked-value">
      <PanelAnchor link={first}>{text}</PanelAnchor>
      {others.length > 0 && (
        <Menu label={`More about ${text}`} sign="▾">
          {links.map((link) => (
            <li key={link.title}>
              <PanelAnchor link={link} />
            </li>
          ))}
        </Menu>
      )}
    </span>
  );
}
