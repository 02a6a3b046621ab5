import type { Attribute } from '../../api/trace-json.ts';
import { LongText } from '../../parts/long-text.tsx';
import { attributeCondition, traceqlOf } from '../../parts/trace/write-traceql.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { groupAttributes } from './group-attributes.ts';

interface AttributeListProps {
  readonly attributes: readonly Attribute[];
  /** Where TraceQL finds them. */
  readonly scope: 'span' | 'resource' | 'event' | 'link';
}

/** Attributes by namespace, each with the traces that have the same value one click away. */
export function AttributeList({ attributes, scope }: AttributeListProps) {
  return (
    <dl class="attributes">
      {groupAttributes(attributes).map(({ namespace, attributes: own }) =>
        own.map((attribute, index) => {
          const condition = attributeCondition(scope, attribute);
          return (
            <div
              key={`${namespace} ${index}`}
              class={index === 0 ? 'attribute attribute-first' : 'attribute'}
            >
              <dt>{visibleText(attribute.key)}</dt>
              <dd>
                <span class="mono attribute-value">
                  <LongText text={attribute.text} maxLength={2000} />
                </span>
                {condition !== undefined && (
                  <a
                    class="attribute-filter no-print"
                    href={href('/traces', { query: traceqlOf([condition]) })}
                    aria-label={`Traces with this ${attribute.key}`}
                    title="Traces with this value"
                  >
                    →
                  </a>
                )}
              </dd>
            </div>
          );
        }),
      )}
    </dl>
  );
}
