import './shell.css';
import { type ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clockAheadMs } from '../api/server-clock.ts';
import { roundDuration } from '../parts/format.ts';
import { Problem } from '../parts/problem.tsx';
import { isOld } from '../state/asking.ts';
import { href, location, pathParts } from '../state/location.ts';
import { isToCome, setTimeRange } from '../state/time-range.ts';
import { Boundary } from './boundary.tsx';
import { HelpDialog, helpOpen } from './help-dialog.tsx';
import { type Page, pageAt, pages } from './pages.ts';
import { Palette, paletteOpen } from './palette.tsx';
import { TimePicker } from './time-picker.tsx';
import { TokenDialog } from './token-dialog.tsx';
import { theme, toggleTheme } from './theme.ts';
import { title } from './title.ts';

/** Navigation, the bar with the time range, and the page that the address names. */
export function Shell() {
  const page = pageAt(pathParts.value[0] ?? '');
  const heading = title.value ?? page?.title ?? 'Nothing is here';
  useEffect(() => {
    document.title = `${heading} · Sightline`;
  }, [heading]);
  return (
    <div class="shell">
      <a class="skip-link button" href="#page">
        To the content
      </a>
      <nav class="shell-nav no-print" aria-label="Pages">
        <a class="shell-brand" href={href('/')}>
          <img src="/icon.svg" alt="" width="22" height="22" /> Sightline
        </a>
        <ul>
          {pages.map(
            (each) =>
              each.name !== undefined && (
                <li key={each.path}>
                  <a href={href(`/${each.path}`)} aria-current={each === page ? 'page' : undefined}>
                    {each.name}
                  </a>
                </li>
              ),
          )}
        </ul>
      </nav>
      <div class="shell-main">
        <header class="shell-bar">
          <h1>{heading}</h1>
          <span class="muted" role="status">
            {isOld.value && 'Asking…'}
          </span>
          <button
            class="no-print"
            title="Go to… (Ctrl K)"
            onClick={() => {
              paletteOpen.value = true;
            }}
          >
            Go to…
          </button>
          <TimePicker />
          <button
            class="no-print"
            aria-label={theme.value === 'dark' ? 'Light theme' : 'Dark theme'}
            onClick={toggleTheme}
          >
            {theme.value === 'dark' ? '☀' : '☾'}
          </button>
          <button
            class="no-print"
            aria-label="Keys"
            title="Keys (?)"
            onClick={() => {
              helpOpen.value = true;
            }}
          >
            ?
          </button>
        </header>
        <main class={isOld.value ? 'shell-page shell-page-old' : 'shell-page'} id="page" tabIndex={-1}>
          {isToCome.value && (
            <p role="status">
              This time range is still to come, so nothing can be there yet.{' '}
              <button onClick={() => setTimeRange('now-15m', 'now')}>The last 15 minutes</button>
            </p>
          )}
          {clockAheadMs.value !== 0 && (
            <p role="status">
              <strong class="warn">
                The clock of this browser is {roundDuration(Math.abs(clockAheadMs.value) / 1000)}{' '}
                {clockAheadMs.value > 0 ? 'ahead of' : 'behind'} that of the server
              </strong>
              : minutes that end “now” are others here than there. Set one of them right.
            </p>
          )}
          {page === undefined ? (
            <p>
              There is no page at <code>{location.value.path}</code>. <a href={href('/')}>To the services</a>
            </p>
          ) : (
            <Boundary key={page.path}>
              <Loaded page={page} />
            </Boundary>
          )}
        </main>
      </div>
      <TokenDialog />
      <Palette />
      <HelpDialog />
    </div>
  );
}

function Loaded({ page }: { readonly page: Page }) {
  const [state, setState] = useState<{ readonly Component?: ComponentType; readonly error?: Error }>({});
  useEffect(() => {
    let gone = false;
    page.load().then(
      (module) => !gone && setState({ Component: module.Page }),
      (error: unknown) =>
        !gone && setState({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
    return () => {
      gone = true;
    };
  }, [page]);
  const { Component, error } = state;
  if (error !== undefined) return <Problem error={error} what="This page could not be loaded" />;
  return Component === undefined ? <p class="muted">Loading…</p> : <Component />;
}
