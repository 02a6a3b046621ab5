import {
  type Answerer,
  everything,
  fromSeconds,
  stepSeconds,
  toSeconds,
} from '../../packages/query/test/traceql/answers.ts';
import { normalError, normalSearch, normalSeries } from '../../packages/query/test/traceql/normal-form.ts';
import type { AnySeries } from '../../packages/query/test/traceql/normal-form.ts';
import type { Tempo } from '../servers/tempo.ts';

/** The answers of a Tempo that has the sample. */
export function tempos(tempo: Tempo, baseSeconds: number): Answerer {
  const range = { start: String(baseSeconds + fromSeconds), end: String(baseSeconds + toSeconds) };
  return async (kind, query) => {
    if (kind === 'search') {
      const answer = await tempo.get<object>('/api/search', {
        q: query,
        limit: String(everything),
        spss: String(everything),
        ...range,
      });
      return 'error' in answer ? [`error: ${normalError(answer.error)}`] : normalSearch(answer.data);
    }
    const answer =
      kind === 'instant'
        ? await tempo.get<{ series?: readonly AnySeries[] }>('/api/metrics/query', { q: query, ...range })
        : await tempo.get<{ series?: readonly AnySeries[] }>('/api/metrics/query_range', {
            q: query,
            step: `${stepSeconds[kind]}s`,
            ...range,
          });
    return 'error' in answer
      ? [`error: ${normalError(answer.error)}`]
      : normalSeries(answer.data, baseSeconds);
  };
}
