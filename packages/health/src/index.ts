export type { Check, CheckDefinition, CheckResult } from './check.ts';
export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';
export type { HealthRedactor } from './censor.ts';
export { createDrain } from './drain/create-drain.ts';
export type { Drain, DrainBegin, DrainParts, DrainReport, StartDrain } from './drain/create-drain.ts';
export { drainPhases } from './drain/drain-hooks.ts';
export type { DrainHook, DrainHookOutcome, DrainPhase } from './drain/drain-hooks.ts';
export { drainOptionsSchema } from './drain/drain-options.ts';
export type { DrainOptions } from './drain/drain-options.ts';
export type { CutTraffic, OpenTraffic } from './drain/traffic.ts';
export type { CheckReport } from './engine/check-unit.ts';
export type { AddedCheck } from './engine/registry.ts';
export type { EndedRequestKind, RequestObserver } from './event-loop/request-observer.ts';
export type { EventLoopSensor } from './event-loop/sensor.ts';
export { createHealth } from './create-health.ts';
export type { Health, HealthParts, HealthReport } from './health.ts';
export type {
  CheckChange,
  CheckRun,
  HealthObserver,
  MainThreadBlock,
  ProbeChange,
  ProbeName,
} from './observer.ts';
export { healthOptionsSchema, pressureOptionsSchema, watchdogOptionsSchema } from './options.ts';
export type { HealthOptions, ResolvedHealthOptions } from './options.ts';
export type { AnswerRequest } from './probes/answerer.ts';
export type { ProbeAnswer, ProbeLine, ProbeScope } from './probes/probe-answer.ts';
export type { Answer } from './probes/render.ts';
export type { MountOptions, MountedHealth } from './mount/mount.ts';
export { shedLoad, shedOptionsSchema } from './mount/shed-load.ts';
export type { ShedOptions } from './mount/shed-load.ts';
export type { OutOfService } from './process-state.ts';
export type { Startup, StartupHold, StartupTask } from './startup.ts';
export { createTrust } from './trust.ts';
export type { Caller, TrustOptions } from './trust.ts';
export type { CheckStatus, ServiceStatus } from './status.ts';
