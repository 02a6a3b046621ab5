import type { ComponentType } from 'preact';

export interface Page {
  /** First part of the path: `logs` of `/logs?query=…`; '' is the start page. */
  readonly path: string;
  /** In the navigation; those without are reached by links. */
  readonly name?: string;
  /** Pressed after `g`. */
  readonly key?: string;
  /** In the title, where the page has no better one. */
  readonly title: string;
  /** Loaded when it is first visited. */
  load(): Promise<{ readonly Page: ComponentType }>;
}

/** All pages, in the order of the navigation. A page is a folder of `pages/` that exports `Page`. */
export const pages: readonly Page[] = [
  {
    path: '',
    name: 'Services',
    key: 's',
    title: 'Services',
    load: () => import('../pages/services/services-page.tsx'),
  },
  { path: 'service', title: 'Service', load: () => import('../pages/service/service-page.tsx') },
  {
    path: 'logs',
    name: 'Logs',
    key: 'l',
    title: 'Logs',
    load: () => import('../pages/logs/logs-page.tsx'),
  },
  {
    path: 'traces',
    name: 'Traces',
    key: 't',
    title: 'Traces',
    load: () => import('../pages/traces/traces-page.tsx'),
  },
  { path: 'trace', title: 'Trace', load: () => import('../pages/trace/trace-page.tsx') },
  { path: 'compare', title: 'Compare two traces', load: () => import('../pages/compare/compare-page.tsx') },
  {
    path: 'map',
    name: 'Map',
    key: 'p',
    title: 'Service map',
    load: () => import('../pages/map/map-page.tsx'),
  },
  {
    path: 'explore',
    name: 'Metrics',
    key: 'm',
    title: 'Metrics',
    load: () => import('../pages/explore/explore-page.tsx'),
  },
  {
    path: 'dashboards',
    name: 'Dashboards',
    key: 'd',
    title: 'Dashboards',
    load: () => import('../pages/dashboards/dashboard-list-page.tsx'),
  },
  { path: 'd', title: 'Dashboard', load: () => import('../pages/dashboards/dashboard-page.tsx') },
  {
    path: 'alerts',
    name: 'Alerts',
    key: 'a',
    title: 'Alerts',
    load: () => import('../pages/alerts/alerts-page.tsx'),
  },
  {
    path: 'runs',
    name: 'Runs',
    key: 'u',
    title: 'Runs',
    load: () => import('../pages/runs/runs-page.tsx'),
  },
  {
    path: 'runbook',
    title: 'Runbooks',
    load: () => import('../pages/runbook/runbook-page.tsx'),
  },
  {
    path: 'self',
    name: 'This stack',
    key: 'i',
    title: 'This stack',
    load: () => import('../pages/self/self-page.tsx'),
  },
];

/** The page at a path, or undefined. */
export function pageAt(firstPart: string): Page | undefined {
  return pages.find(({ path }) => path === firstPart);
}
