import './styles/tokens.css';
import './styles/base.css';
import { render } from 'preact';
import { helpOpen } from './app/help-dialog.tsx';
import { pages } from './app/pages.ts';
import { paletteOpen } from './app/palette.tsx';
import { Shell } from './app/shell.tsx';
import { addShortcut, listenForShortcuts } from './app/shortcuts.ts';
import { applyTheme, toggleTheme } from './app/theme.ts';
import { followLinks, href, navigate } from './state/location.ts';
import { keepFresh, refreshed } from './state/time-range.ts';

applyTheme();
followLinks();
keepFresh();
listenForShortcuts();
addShortcut({ keys: 'r', what: 'Ask everything again', run: () => void refreshed.value++ });
addShortcut({ keys: '?', what: 'These keys', run: () => (helpOpen.value = true) });
addShortcut({ keys: '.', what: 'Go to… (also Ctrl K)', run: () => (paletteOpen.value = true) });
addShortcut({ keys: 't', what: 'Dark or light', run: toggleTheme });
for (const { key, title, path } of pages) {
  if (key !== undefined)
    addShortcut({ keys: `g ${key}`, what: `Go to ${title}`, run: () => navigate(href(`/${path}`)) });
}

document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  paletteOpen.value = true;
});

const root = document.querySelector('#app');
if (root !== null) render(<Shell />, root);
