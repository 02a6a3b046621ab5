import { useMemo } from 'preact/hooks';
import { isoMoment } from '../../../parts/units/moment-text.ts';
import { namedColour } from '../model/colours.ts';
import type { ResolvedField } from '../model/field-config.ts';
import { asNumber, asRecord } from '../model/json.ts';
import { mappedTexts } from '../model/mappings.ts';
import { stateSpans } from '../model/states.ts';
import { TimeAxis } from './time-axis.tsx';
import type { PanelView } from './panel-view.ts';

const MAX_NAME_PX = 170;
const NAME_SHARE = 0.36;
const MIN_ROW_PX = 22;
const TEXT_PX = 7;

/** For each series, when it was in which state. */
export function StateTimelinePanel({ panel, data, fields, width, height }: PanelView) {
  const rows = useMemo(
    () =>
      fields.filter(
        ({ field, frame }) => field.type !== 'time' && frame.fields.some(({ type }) => type === 'time'),
      ),
    [fields],
  );
  const namePx = Math.round(Math.min(MAX_NAME_PX, width * NAME_SHARE));
  const plotWidth = Math.max(80, width - namePx - 12);
  const legend = asRecord(panel.options['legend'])['showLegend'] !== false;
  const mapped = legend ? mappedTexts(rows[0]?.mappings) : [];
  const room = height - 22 - (mapped.length > 0 ? 22 : 0);
  const rowPx = Math.max(MIN_ROW_PX, Math.min(44, Math.floor(room / Math.max(1, rows.length))));
  const barRatio = asNumber(panel.options['rowHeight']) ?? 0.9;
  const hasText = panel.options['showValue'] !== 'never';
  return (
    <div class="states">
      <div
        class="states-rows"
        tabIndex={0}
        role="group"
        aria-label={panel.title}
        style={{ maxHeight: `${room}px` }}
      >
        {rows.map((row, index) => (
          <div key={index} class="states-row" style={{ height: `${rowPx}px` }}>
            <span class="states-name" title={row.name} style={{ width: `${namePx}px` }}>
              {row.name}
            </span>
            <Spans
              row={row}
              data={data}
              merge={panel.options['mergeValues'] !== false}
              hasText={hasText}
              plotWidth={plotWidth}
              heightPx={rowPx * barRatio}
            />
          </div>
        ))}
      </div>
      <div style={{ marginLeft: `${namePx}px`, width: `${plotWidth}px` }}>
        <TimeAxis startMs={data.startMs} endMs={data.endMs} width={plotWidth} />
      </div>
      {mapped.length > 0 && (
        <ul class="states-legend">
          {mapped.map(({ text, colour }) => (
            <li key={text}>
              <i
                style={{
                  background: (colour === undefined ? undefined : namedColour(colour)) ?? 'var(--muted)',
                }}
              />{' '}
              {text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface SpansProps {
  readonly row: ResolvedField;
  readonly data: PanelView['data'];
  readonly merge: boolean;
  readonly hasText: boolean;
  readonly plotWidth: number;
  readonly heightPx: number;
}

function Spans({ row, data, merge, hasText, plotWidth, heightPx }: SpansProps) {
  const { startMs, endMs, stepMs } = data;
  const spans = useMemo(() => {
    const times = (row.frame.fields.find(({ type }) => type === 'time')?.values ?? []).map(Number);
    return stateSpans(times, row.field.values, { stepMs, endMs, merge });
  }, [row, stepMs, endMs, merge]);
  const length = endMs - startMs;
  return (
    <span class="states-spans" style={{ width: `${plotWidth}px`, height: `${heightPx}px` }}>
      {spans.map((span) => {
        const { text, colour = row.colour } = row.show(span.value);
        const from = Math.max(startMs, span.startMs);
        const share = (span.endMs - from) / length;
        if (share <= 0) return null;
        const about = `${text}: ${isoMoment(span.startMs)} to ${isoMoment(span.endMs)}`;
        return (
          <span
            key={span.startMs}
            class="states-span"
            title={about}
            style={{
              left: `${(((from - startMs) / length) * 100).toFixed(3)}%`,
              width: `${(share * 100).toFixed(3)}%`,
              background: `color-mix(in srgb, ${colour} 30%, var(--surface))`,
              borderColor: colour,
            }}
          >
            {hasText && share * plotWidth > text.length * TEXT_PX + 8 ? (
              text
            ) : (
              <span class="visually-hidden">{about}</span>
            )}
          </span>
        );
      })}
    </span>
  );
}
