import type { Tracer } from '@opentelemetry/api';
import type { SightlineError } from '@sightline/errors';
import { createClientRecorder, createServerRecorder, frameworks } from '@sightline/http';
import type { ChannelSubscription, ClientRecorder, FrameworkAdapter, ServerRecorder } from '@sightline/http';
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
  /** Told of each framework that says by itself that it is there, and is observed without a patch. */
  readonly onObserved: (name: string, version: string | undefined) => void;
}

/** Begins to observe requests. */
export function observeRequests({
  config,
  tracer,
  redactor,
  isOn,
  onProblem,
  onObserved,
}: RequestsSetup): Requests {
  const parts = { tracer, redactor, onProblem };
  const server = isOn('http') ? createServerRecorder(config.http, parts) : undefined;
  const clients = (['http', 'undici'] as const).filter((name) => isOn(name));
  const client =
    clients.length > 0 ? createClientRecorder(config.httpClient, { ...parts, clients }) : undefined;
  const observed = server === undefined ? [] : frameworks.filter(({ name }) => isOn(name));
  const channels = observed.flatMap((framework) => channelsOf(framework, onObserved));

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

function channelsOf(
  { name, channels = [] }: FrameworkAdapter,
  onObserved: RequestsSetup['onObserved'],
): readonly ChannelSubscription[] {
  return channels.map((channel) => ({
    name: channel.name,
    onMessage(message) {
      const isObserved = channel.onMessage(message);
      if (isObserved) onObserved(name, versionIn(message, name));
      return isObserved;
    },
  }));
}

/** A framework publishes itself under its name, and knows its version. */
function versionIn(message: unknown, name: string): string | undefined {
  const version = (message as Readonly<Record<string, { readonly version?: unknown }>> | undefined)?.[name]
    ?.version;
  return typeof version === 'string' ? version : undefined;
}
