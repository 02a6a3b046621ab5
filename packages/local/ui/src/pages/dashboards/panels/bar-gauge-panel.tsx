import { linksOf } from '../model/data-links.ts';
import { shareOf, singleValues } from '../model/single-values.ts';
import { LinkedValue } from './links.tsx';
import type { PanelView } from './panel-view.ts';

/** Bars beside each other, each with its name and number. */
export function BarGaugePanel({ panel, fields, scope, width, height }: PanelView) {
  const values = singleValues(fields, panel.options['reduceOptions']);
  const given = panel.options['orientation'];
  const isVertical =
    given === 'vertical' || (given !== 'horizontal' && width > height * 2 && values.length > 1);
  const isUnfilled = panel.options['showUnfilled'] !== false;
  return (
    <ul class={isVertical ? 'bars bars-vertical' : 'bars'}>
      {values.map((value) => {
        const share = `${(shareOf(value, values) * 100).toFixed(2)}%`;
        return (
          <li key={value.key} class="bar">
            <span class="bar-name" title={value.name}>
              <LinkedValue text={value.name} links={linksOf(value.field, value.row, fields, scope)} />
            </span>
            <span class={isUnfilled ? 'bar-ground bar-unfilled' : 'bar-ground'}>
              <span
                class="bar-fill"
                style={{
                  background: value.colour ?? 'var(--accent)',
                  ...(isVertical ? { height: share } : { width: share }),
                }}
              />
            </span>
            <span class="bar-value">{value.text}</span>
          </li>
        );
      })}
    </ul>
  );
}
