import { dashboards } from '../../api/stack.ts';
import { Menu } from '../../parts/menu.tsx';
import { href, location } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import type { Dashboard, DashboardLink } from './model/dashboard.ts';
import { type LinkScope, linkTarget } from './model/links.ts';
import { PanelAnchor } from './panels/links.tsx';

/** Where else the dashboard leads: its own links, and other dashboards by their tags. */
export function DashboardLinks({
  dashboard,
  scope,
}: {
  readonly dashboard: Dashboard;
  readonly scope: LinkScope;
}) {
  const listed = dashboard.links.some(({ type }) => type === 'dashboards');
  const { data = [] } = useQuery(listed ? 'dashboards' : undefined, dashboards, { live: false });
  return (
    <>
      {dashboard.links.map((link) => {
        if (link.type === 'link') {
          const target = linkTarget(withKept(link), scope);
          return target === undefined ? null : (
            <PanelAnchor key={link.title} link={{ title: link.title, target }} />
          );
        }
        const found = data.filter(
          ({ uid, tags = [] }) =>
            uid !== dashboard.uid && (link.tags.length === 0 || link.tags.every((tag) => tags.includes(tag))),
        );
        const items = found.map(({ uid, title }) => (
          <li key={uid}>
            <a href={href(`/d/${encodeURIComponent(uid)}`, link.includeVars ? variableParams() : {})}>
              {title}
            </a>
          </li>
        ));
        return (
          <Menu
            key={link.title}
            label={link.tooltip === '' ? link.title : `${link.title}: ${link.tooltip}`}
            sign={`${link.title} ▾`}
          >
            {items}
          </Menu>
        );
      })}
    </>
  );
}

function withKept({ url, includeVars, keepTime }: DashboardLink): string {
  const parts = [keepTime ? '${__url_time_range}' : '', includeVars ? '${__all_variables}' : ''].filter(
    (each) => each !== '',
  );
  return parts.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

/** What is chosen here, for the next dashboard. */
function variableParams(): Record<string, readonly string[]> {
  const { params } = location.value;
  const names = [...new Set(params.keys())].filter((name) => name.startsWith('var-'));
  return Object.fromEntries(names.map((name) => [name, params.getAll(name)]));
}
