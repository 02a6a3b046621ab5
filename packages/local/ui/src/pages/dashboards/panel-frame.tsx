import { useMemo, useState } from 'preact/hooks';
import type { GraphMark } from '../../parts/chart/graph-series.ts';
import { kept } from '../../parts/kept.ts';
import { Menu } from '../../parts/menu.tsx';
import { Problem } from '../../parts/problem.tsx';
import { usePanelData } from './data/use-panel-data.ts';
import type { PlacedPanel } from './model/grid.ts';
import { rawFormat } from './model/formats.ts';
import { interpolate } from './model/interpolate.ts';
import type { LinkScope } from './model/links.ts';
import { PanelMenu } from './panel-menu.tsx';
import { PanelBody, isKnownType } from './panels/panel-body.tsx';
import { TextPanel } from './panels/text-panel.tsx';
import { useSight } from './use-sight.ts';

interface PanelFrameProps {
  readonly placed: PlacedPanel;
  readonly scope: LinkScope;
  readonly marks: readonly GraphMark[];
  readonly syncKey: string | undefined;
  readonly scrapeMs: number;
  /** Of its heading: 2 below that of the page, 3 in a section. */
  readonly level: 2 | 3;
  /** Alone on the page, as high as that is. */
  readonly isAlone: boolean;
}

const ROW_PX = 30;
const GAP_PX = 8;

const KeptBody = kept(PanelBody);

/** A panel with its heading, asked for and drawn while somebody sees it. */
export function PanelFrame(props: PanelFrameProps) {
  const { placed, scope: outer, marks, syncKey, scrapeMs, level, isAlone } = props;
  const Heading = `h${level}` as const;
  const { panel, repeatedFor } = placed;
  const { ref, near, seen, size } = useSight();
  const [asTable, setAsTable] = useState(false);
  const scope = useMemo((): LinkScope => {
    if (repeatedFor.length === 0) return outer;
    return {
      ...outer,
      variable: (name) => {
        const own = repeatedFor.find((each) => each.name === name);
        return own === undefined ? outer.variable(name) : { value: own.value, text: own.text, isList: true };
      },
    };
  }, [outer, JSON.stringify(repeatedFor)]);
  const isKnown = isKnownType(panel.type);
  const { data, error, loading } = usePanelData(panel, {
    scope,
    active: seen && isKnown && panel.type !== 'text',
    width: size.width,
    scrapeMs,
  });
  const title = interpolate(panel.title, scope, rawFormat);
  const { x, y, w, h } = panel.place;
  const place = isAlone
    ? { gridColumn: '1 / -1', height: 'calc(100vh - 150px)' }
    : {
        gridColumn: `${x + 1} / span ${w}`,
        gridRow: `${y + 1} / span ${h}`,
        minHeight: `${h * (ROW_PX + GAP_PX) - GAP_PX}px`,
      };
  return (
    <section
      class="panel card"
      style={place}
      aria-label={title === '' ? `Panel ${panel.id}` : title}
      data-panel={panel.id}
    >
      <header class="panel-head">
        <Heading title={title}>{title}</Heading>
        {panel.description !== '' && (
          <Description text={interpolate(panel.description, scope, rawFormat)} title={title} />
        )}
        {data !== undefined && data.problems.length > 0 && (
          <span class="warn" title={data.problems.join('\n')}>
            ⚠ <span class="visually-hidden">{data.problems.join('; ')}</span>
          </span>
        )}
        <PanelMenu
          placed={placed}
          scope={scope}
          title={title}
          asTable={asTable}
          isAlone={isAlone}
          onTable={() => setAsTable(!asTable)}
          scrapeMs={scrapeMs}
        />
      </header>
      <div
        class="panel-body"
        ref={ref}
        aria-busy={
          near && loading && data === undefined && error === undefined && isKnown && panel.type !== 'text'
        }
      >
        {!isKnown ? (
          <p class="panel-note warn">{`This panel cannot be rendered here: its type is "${panel.type}".`}</p>
        ) : panel.type === 'text' ? (
          <TextPanel panel={panel} scope={scope} />
        ) : error !== undefined && data === undefined ? (
          <Problem what="This panel could not be asked for" error={error} />
        ) : data !== undefined && size.width > 0 ? (
          <>
            {error !== undefined && <Problem what="What is shown is old" error={error} />}
            {/* Coming into sight and going out of it draws nothing anew. */}
            <KeptBody
              panel={panel}
              data={data}
              scope={scope}
              marks={marks}
              syncKey={syncKey}
              width={size.width}
              height={size.height}
              asTable={asTable}
            />
          </>
        ) : loading ? (
          <p class="panel-note muted">{near ? 'Loading…' : ''}</p>
        ) : (
          <p class="panel-note muted">This panel asks nothing.</p>
        )}
      </div>
    </section>
  );
}

function Description({ text, title }: { readonly text: string; readonly title: string }) {
  return (
    <Menu label={`About ${title}`} sign="?">
      {text.split(/\n\n+/).map((part) => (
        <li key={part} class="panel-description">
          {part}
        </li>
      ))}
    </Menu>
  );
}
