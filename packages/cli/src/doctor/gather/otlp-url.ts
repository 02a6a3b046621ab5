import type { AppFacts } from '../facts.ts';
import { environment, paths } from '@sightline/conventions';
import { textAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

/** Where the service sends its traces. */
interface OtlpPlace {
  readonly url: string;
  /** Whether nobody says so, and it is what a service takes that nobody has told anything. */
  readonly isGuess: boolean;
}

/** As the service says itself, else by the environment that it or the doctor has. */
export function otlpPlaceOf(
  app: Pick<AppFacts, 'status' | 'process'>,
  env: Readonly<Record<string, string | undefined>>,
): OtlpPlace {
  const told = textAt(jsonIn(app.status), 'config', 'traces', 'otlp', 'endpoint');
  if (told !== undefined) return { url: told, isGuess: false };
  const from = app.process?.env ?? env;
  const whole = from['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (whole && URL.canParse(whole)) return { url: withoutCredentials(whole), isGuess: false };
  const base = from['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const port = env['OTLP_HTTP_PORT'];
  // The stack on ports of its own; else what every service takes that nobody has told anything.
  const byDefault = port ? `http://localhost:${port}` : environment.OTEL_EXPORTER_OTLP_ENDPOINT.default;
  const isSet = base !== undefined && URL.canParse(base);
  const at = isSet ? withoutCredentials(base) : byDefault;
  return {
    url: `${at.replace(/\/+$/, '')}${paths.otlpTraces.path}`,
    isGuess: !isSet && !port && app.process === undefined,
  };
}

/** Findings show the address; and no request may be made to a URL that holds them. */
function withoutCredentials(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
