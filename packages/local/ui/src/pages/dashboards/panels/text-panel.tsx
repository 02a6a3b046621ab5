import { Markdown } from '../../../parts/markdown/markdown.tsx';
import { rawFormat } from '../model/formats.ts';
import { interpolate } from '../model/interpolate.ts';
import { asText } from '../model/json.ts';
import { linkTarget } from '../model/links.ts';
import type { LinkScope } from '../model/links.ts';
import type { Panel } from '../model/dashboard.ts';
import { hrefOf } from './links.tsx';

/** What somebody wrote. HTML is shown as it is written: it could do anything. */
export function TextPanel({ panel, scope }: { readonly panel: Panel; readonly scope: LinkScope }) {
  const mode = asText(panel.options['mode'], 'markdown');
  const text = interpolate(asText(panel.options['content']), scope, rawFormat);
  if (mode === 'code') return <pre>{text}</pre>;
  return (
    <Markdown
      text={mode === 'html' ? withoutTags(text) : text}
      linkTo={(url) => {
        const target = linkTarget(url, scope);
        return target === undefined ? undefined : hrefOf(target);
      }}
    />
  );
}

/** The words of HTML; nothing of it is ever read as HTML. */
function withoutTags(html: string): string {
  return html
    .replaceAll(/<(?:br|\/p|\/h\d|\/li|\/div)\b[^>]*>/gi, '\n\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
