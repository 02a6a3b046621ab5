import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, bracketMatching, syntaxHighlighting, syntaxTree } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap, placeholder, tooltips } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { metricMetadata, promqlClient } from './promql-client.ts';

export interface Editor {
  text(): string;
  setText(text: string): void;
  insert(text: string): void;
  focus(): void;
  close(): void;
}

interface EditorOptions {
  readonly parent: ShadowRoot;
  readonly text: string;
  readonly label: string;
  readonly onRun: (text: string) => void;
  readonly onBlur: (text: string) => void;
}

/** Colours are those of the page, which reach into its shadow by their names. */
const highlight = HighlightStyle.define([
  { tag: tags.number, color: 'var(--warn)' },
  { tag: tags.string, color: 'var(--ok)' },
  {
    tag: [tags.keyword, tags.function(tags.variableName), tags.operatorKeyword, tags.modifier],
    color: 'var(--accent)',
  },
  { tag: tags.labelName, color: 'var(--info)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);

const look = EditorView.theme({
  '&': {
    color: 'var(--text)',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    fontSize: '13px',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '0' },
  '.cm-content': { fontFamily: 'var(--mono)', padding: '5px 0', caretColor: 'var(--text)' },
  '.cm-scroller': { lineHeight: '1.45' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--selected)',
  },
  '.cm-placeholder': { color: 'var(--muted)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--selected)' },
  '.cm-tooltip': {
    zIndex: '60',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    fontSize: '12.5px',
    maxHeight: '240px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--selected)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionInfo': { maxWidth: '340px', padding: '6px 8px' },
  // The package draws its waves as pictures at data: addresses, which the CSP refuses.
  '.cm-lintRange': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)' },
  '.cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info, .cm-lintRange-hint': {
    backgroundImage: 'none',
  },
  '.cm-diagnostic': { padding: '4px 8px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--bad)' },
  '.cm-about': { maxWidth: '380px', padding: '6px 10px', fontSize: '12.5px' },
});

/** What a name under the pointer is: a metric's type and help. */
const about = hoverTooltip(async (view, position) => {
  const node = syntaxTree(view.state).resolveInner(position, 1);
  if (node.name !== 'Identifier' && node.name !== 'MetricIdentifier') return null;
  const name = view.state.sliceDoc(node.from, node.to);
  const known =
    (await metricMetadata())[name.replace(/_(?:bucket|count|sum)$/, '')] ?? (await metricMetadata())[name];
  const [first] = known ?? [];
  if (first === undefined) return null;
  return {
    pos: node.from,
    end: node.to,
    create() {
      const dom = document.createElement('div');
      dom.className = 'cm-about';
      const kind = document.createElement('strong');
      kind.textContent = `${name} (${first.type})`;
      const help = document.createElement('div');
      help.textContent = first.help;
      dom.append(kind, help);
      return { dom };
    },
  };
});

/**
 * The official editor of PromQL: completion and errors of Prometheus's own package.
 *
 * It stands in a shadow root, where its styles are sheets made by script, as the CSP wants it, and not elements.
 */
export function createEditor({ parent, text, label, onRun, onBlur }: EditorOptions): Editor {
  const promql = new PromQLExtension();
  promql.setComplete({ remote: promqlClient });
  const view = new EditorView({
    root: parent,
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        look,
        syntaxHighlighting(highlight),
        history(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ maxRenderedOptions: 60, icons: false }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        placeholder('sum by (job) (rate(http_server_request_duration_seconds_count[5m]))'),
        tooltips({ position: 'fixed' }),
        promql.asExtension(),
        about,
        keymap.of([
          ...closeBracketsKeymap,
          ...historyKeymap,
          ...completionKeymap,
          ...lintKeymap,
          ...defaultKeymap,
        ]),
        Prec.high(
          keymap.of([
            { key: 'Shift-Enter', run: () => false },
            {
              key: 'Enter',
              run(own) {
                // An open list of completions takes the key for itself.
                if (own.dom.querySelector('.cm-tooltip-autocomplete') !== null) return false;
                onRun(own.state.doc.toString());
                return true;
              },
            },
            {
              key: 'Mod-Enter',
              run(own) {
                onRun(own.state.doc.toString());
                return true;
              },
            },
          ]),
        ),
        EditorView.domEventHandlers({
          blur: (_, own) => onBlur(own.state.doc.toString()),
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    setText(next) {
      if (next !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    insert(piece) {
      view.dispatch(view.state.replaceSelection(piece));
      view.focus();
    },
    focus: () => view.focus(),
    close() {
      view.destroy();
      promql.destroy();
    },
  };
}
