import './markdown.css';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { webAddress } from '../web-address.ts';

interface MarkdownProps {
  readonly text: string;
  /** Goes under a block of code in this language: a way to run it. */
  readonly afterCode?: (language: string, code: string) => ComponentChildren;
  /** Where a link leads, or undefined for nowhere; without it links to http(s) alone lead anywhere. */
  readonly linkTo?: (url: string) => string | undefined;
}

/**
 * Markdown as elements. It is read into a tree and each node made an element of its own, so that a text can never become
 * markup: HTML within it is shown as it is written, and links lead to the web or where `linkTo` says.
 */
export function Markdown({ text, afterCode, linkTo = webAddress }: MarkdownProps) {
  const tree = useMemo(() => fromMarkdown(text), [text]);
  return <div class="markdown">{render(tree, { afterCode, linkTo })}</div>;
}

interface Context {
  readonly afterCode: MarkdownProps['afterCode'];
  readonly linkTo: (url: string) => string | undefined;
}

function render(node: Nodes, context: Context): ComponentChildren {
  const children = (): ComponentChildren =>
    'children' in node ? node.children.map((child) => render(child, context)) : null;
  switch (node.type) {
    case 'text':
      return node.value;
    case 'paragraph':
      return <p>{children()}</p>;
    case 'heading': {
      // The page has the first heading already.
      const Heading = (['h2', 'h2', 'h3', 'h4', 'h5', 'h6'] as const)[node.depth - 1] ?? 'h6';
      return <Heading>{children()}</Heading>;
    }
    case 'list':
      return node.ordered === true ? <ol start={node.start ?? 1}>{children()}</ol> : <ul>{children()}</ul>;
    case 'listItem':
      return <li>{children()}</li>;
    case 'emphasis':
      return <em>{children()}</em>;
    case 'strong':
      return <strong>{children()}</strong>;
    case 'inlineCode':
      return <code>{node.value}</code>;
    case 'code':
      return (
        <div class="markdown-code">
          <pre>{node.value}</pre>
          {context.afterCode?.(node.lang ?? '', node.value)}
        </div>
      );
    case 'blockquote':
      return <blockquote>{children()}</blockquote>;
    case 'break':
      return <br />;
    case 'thematicBreak':
      return <hr />;
    case 'link': {
      const to = context.linkTo(node.url);
      return to === undefined ? children() : <a href={to}>{children()}</a>;
    }
    case 'image':
      return <span class="muted">[{node.alt ?? 'a picture'}]</span>;
    case 'html':
      return <code>{node.value}</code>;
    default:
      return children();
  }
}
