import { type Labels, ownLabel } from '@sightline/query';

/** How the text format has names that are more than letters, digits and underscores. */
export interface ExposedNames {
  readonly escaping: 'allow-utf-8' | 'underscores';
  /** As it stands behind `# TYPE`. */
  metric(name: string): string;
  /** `up{job="shop"}`, or `{"http.requests","http.route"="/a"}`. */
  series(labels: Labels): string;
}

const METRIC = /^[A-Za-z_:][\w:]*$/;
const LABEL = /^[A-Za-z_]\w*$/;

/**
 * In quotes for who takes them so, else with underscores for what a name could not hold before Prometheus 3.
 *
 * Source: https://prometheus.io/docs/instrumenting/escaping_schemes/
 *
 * @param accept the header of who asks
 */
export function exposedNames(accept: string): ExposedNames {
  const escaping = /;\s*escaping="?allow-utf-8\b/.test(accept) ? 'allow-utf-8' : 'underscores';
  const written = escaping === 'allow-utf-8' ? quoted : underscored;
  const metric = (name: string): string => (METRIC.test(name) ? name : written(name));

  return {
    escaping,
    metric,
    series(labels) {
      const name = metric(ownLabel(labels, '__name__'));
      const pairs = Object.entries(labels)
        .filter(([label]) => label !== '__name__')
        .map(([label, value]) => `${LABEL.test(label) ? label : written(label)}=${quoted(value)}`);
      // A name in quotes stands between the braces.
      if (name.startsWith('"')) return `{${[name, ...pairs].join(',')}}`;
      return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
    },
  };
}

function underscored(name: string): string {
  return name.replaceAll(/^\d|[^\w:]/gu, '_');
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
