import type { Tracer } from '@opentelemetry/api';
import type { SightlineError } from '@sightline/errors';
import { createClientRecorder, createServerRecorder, frameworks } from '@sightline/http';
import type { ClientRecorder, FrameworkAdapter, ServerRecorder } from '@sightline/http';
import type { Redactor } from '@sightline/redact';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Config } from './config/config.ts';
import type { ModuleTarget } from './hooks/module-hooks.ts';

/** The observation of requests that come in and go out. */
export interface Requests {
  /** Undefined where the configuration turns it off. */
  readonly server: ServerRecorder | undefined;
  readonly client: ClientRecorder | undefined;
  /** Frameworks that are patched when they are loaded. */
  readonly targets: readonly ModuleTarget[];
  stop(): void;
}

export interface RequestsSetup {
  readonly config: Config;
  readonly tracer: Tracer;
  readonly redactor: Redactor;
  /** Which instrumentations are on. */
  readonly isOn: (name: string) => boolean;
  readonly onProblem: (problem: SightlineError) => void;
}

/** Begins to observe requests. */
export function observeRequests({ config, tracer, redactor, isOn, onProblem }: RequestsSetup): Requests {
  const parts = { tracer, redactor, onProblem };
  const server = isOn('http')
    ? createServerRecorder(config.http, parts)
    : undefined;
  const client = isOn('undici') || isOn('http') ? createClientRecorder(config.httpClient, parts) : undefined;
  const observed = server === undefined ? [] : frameworks.filter(({ name }) => isOn(name));
  const channels = observed.flatMap((framework) => framework.channels ?? []);

  server?.enable();
  client?.enable();
  for (const { name, onMessage } of channels) subscribe(name, onMessage);

  return {
    server,
    client,
    targets: observed.flatMap(targetsOf),
    stop() {
      server?.disable();
      client?.disable();
      for (const { name, onMessage } of channels) unsubscribe(name, onMessage);
    },
  };
}

function targetsOf(framework: FrameworkAdapter): readonly ModuleTarget[] {
  return framework.modules.map(({ name, versions }) => ({
    name,
    versions,
    onLoad: (exports) => framework.patch(exports, name),
  }));
}
