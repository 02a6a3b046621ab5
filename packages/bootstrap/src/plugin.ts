import type { Attributes } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Check, CheckDefinition, DrainHook } from '@sightline/health';
import type { ClientRequestSink, RequestSink } from '@sightline/http';
import type { RedactOptions } from '@sightline/redact';
import type { AdminRoute } from './admin/route.ts';
import type { Sightline } from './sightline.ts';

/**
 * What a plug-in brings. Every part is optional, and Sightline's own parts come in through the same door.
 *
 * A plug-in that throws is left out from then on, counted, and named in the startup report and on `/status`.
 */
export interface Plugin {
  /** Names it in the report and on `/status`; one of each name. */
  readonly name: string;
  /** Keys and rules that are censored everywhere, besides the built-in ones. */
  readonly redact?: Pick<RedactOptions, 'keys' | 'allowKeys' | 'rules'>;
  /** Attributes of the resource; what options and environment say beats them. No network calls. */
  readonly resourceAttributes?: Attributes | (() => Attributes);
  /** OpenTelemetry instrumentations, besides those that are found. */
  readonly instrumentations?: readonly Instrumentation[];
  /** SDK span processors: called for every span that is exported. */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** Takes a record of every request that came in. */
  readonly requestSink?: RequestSink;
  /** Takes a record of every request that went out. */
  readonly clientRequestSink?: ClientRequestSink;
  /** Health checks, by name. */
  readonly checks?: Readonly<Record<string, Check | CheckDefinition>>;
  /** What ends with the service, by name. */
  readonly drain?: Readonly<Record<string, DrainHook>>;
  /** Sections of `/status`, by name; each is asked when the page is, and its answer is censored. */
  readonly status?: Readonly<Record<string, () => unknown>>;
  /** Paths of the admin server. */
  readonly routes?: readonly AdminRoute[];
  /**
   * Called once everything runs; nothing waits for one that is asynchronous.
   *
   * @returns called at the end: flush and let go, before `signal` aborts
   */
  start?(sightline: Sightline): PluginEnd | undefined | Promise<PluginEnd | void>;
}

/** Ends a plug-in: what it does not do before the signal aborts is lost and counted. */
export type PluginEnd = (signal: AbortSignal) => void | Promise<void>;
