export type { ReceiverStatus } from './alerting/alertmanager-config.ts';
export type { Delivery, Listener } from './alerting/notifier.ts';
export type { RunComparison } from './compare/compare-runs.ts';
export type { Notification } from './alerting/dispatcher.ts';
export type { ScrapeJob } from './ingest/scrape/read-targets.ts';
export type {
  FiringAlert,
  LocalStack,
  QueriedLine,
  QueriedSample,
  WaitOptions,
} from './stack/local-stack.ts';
export { localOptionsSchema } from './stack/options.ts';
export type { LocalOptions } from './stack/options.ts';
export type { Run } from './stack/runs.ts';
export type { Self } from './stack/self.ts';
export { startLocal } from './stack/start-local.ts';
export { viewerOptionsSchema } from './viewer/options.ts';
export type { ViewerOptions } from './viewer/options.ts';
export { startViewer } from './viewer/start-viewer.ts';
export type { Viewer } from './viewer/start-viewer.ts';
