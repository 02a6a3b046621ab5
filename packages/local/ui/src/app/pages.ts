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
  {
    path: 'alerts',
    name: 'Alerts',
    key: 'a',
    title: 'Alerts',
    load: () => import('../pages/alerts/alerts-page.tsx'),
  },
  {
    path: 'runbook',
    title: 'Runbooks',
    load: () => import('../pages/runbook/runbook-page.tsx'),
  },
];

/** The page at a path, or undefined. */
export function pageAt(firstPart: string): Page | undefined {
  return pages.find(({ path }) => path === firstPart);
}
