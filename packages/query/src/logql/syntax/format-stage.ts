import type { LabelMatcher } from '../../labels.ts';
import { formatByteSize } from '../values/byte-size.ts';
import { formatGoDuration } from '../values/duration.ts';
import { goQuote } from '../../go-quote.ts';
import type { LabelExtraction, LabelFilter, LineFilter, Stage } from './ast.ts';

/** A stage as Loki writes it in an error. */
export function formatStage(stage: Stage): string {
  switch (stage.type) {
    case 'line-filters': {
      return stage.filters.map((filter) => formatLineFilter(filter)).join(' ');
    }
    case 'json': {
      return `| json${formatExtractions(stage.extractions)}`;
    }
    case 'logfmt': {
      const flags = `${stage.strict ? ' --strict' : ''}${stage.keepEmpty ? ' --keep-empty' : ''}`;
      return `| logfmt${flags}${formatExtractions(stage.extractions)}`;
    }
    case 'regexp':
    case 'pattern': {
      return `| ${stage.type} ${goQuote(stage.pattern)}`;
    }
    case 'label-filter': {
      return `| ${formatLabelFilter(stage.filter)}`;
    }
    case 'line-format': {
      return `| line_format ${goQuote(stage.template)}`;
    }
    case 'label-format': {
      const formats = stage.formats.map(
        ({ name, value, rename }) => `${name}=${rename ? value : goQuote(value)}`,
      );
      return `| label_format ${formats.join(',')}`;
    }
    case 'drop':
    case 'keep': {
      const labels = stage.labels.map(({ name, matcher }) =>
        matcher === undefined ? name : formatMatcher(matcher),
      );
      return `| ${stage.type} ${labels.join(',')}`;
    }
    default: {
      return `| ${stage.type}`;
    }
  }
}

function formatLineFilter({ operator, terms }: LineFilter): string {
  const texts = terms.map(({ ip, text }) => (ip ? `ip(${goQuote(text)})` : goQuote(text)));
  // What is negated has no `or`: Loki has made several filters of it.
  return operator.startsWith('!')
    ? texts.map((text) => `${operator} ${text}`).join(' ')
    : `${operator} ${texts.join(' or ')}`;
}

function formatExtractions(extractions: readonly LabelExtraction[]): string {
  if (extractions.length === 0) return '';
  return ` ${extractions.map(({ name, expression }) => `${name}=${goQuote(expression)}`).join(',')}`;
}

function formatMatcher({ name, op, value }: LabelMatcher): string {
  return `${name}${op}${goQuote(value)}`;
}

export function formatLabelFilter(filter: LabelFilter): string {
  switch (filter.type) {
    case 'matcher': {
      return formatMatcher(filter.matcher);
    }
    case 'ip': {
      return `${filter.name}${filter.negated ? '!=' : '='}ip(${goQuote(filter.pattern)})`;
    }
    case 'and':
    case 'or': {
      const between = filter.type === 'and' ? ',' : 'or';
      return `( ${formatLabelFilter(filter.left)} ${between} ${formatLabelFilter(filter.right)} )`;
    }
    case 'duration': {
      return filter.name + filter.comparison + formatGoDuration(filter.value);
    }
    case 'bytes': {
      return filter.name + filter.comparison + formatByteSize(filter.value);
    }
    default: {
      return filter.name + filter.comparison + String(filter.value);
    }
  }
}
