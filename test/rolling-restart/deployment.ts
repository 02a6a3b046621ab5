import { setTimeout as pause } from 'node:timers/promises';
import type { Instance } from './instance.ts';

/** An instance, as the cluster sees it. */
export interface Pod {
  readonly instance: Instance;
  /** What readiness was answered with, in turn; 0 where nobody answered in time. */
  readonly answers: number[];
  /** Whether new requests go to it. */
  inEndpoints: boolean;
  /** When it was told to end [ms since 1970]; undefined until then. */
  terminatedAtMs: number | undefined;
}

/** The parts of Kubernetes that a rolling restart needs: a deployment, the kubelet's readiness probe, the endpoints. */
export interface Deployment {
  /** All pods that there have been. */
  readonly pods: readonly Pod[];
  endpoints(): readonly Pod[];
  /** Starts a pod, and waits until requests go to it. */
  addPod(): Promise<Pod>;
  /**
   * Tells a pod to end, and takes it out of the endpoints, as Kubernetes does it: both begin at once, and which of them
   * is seen first is a race.
   *
   * @param unroutedAfterMs how long until no new request goes to it [ms]; undefined: once its readiness has failed often enough
   */
  removePod(pod: Pod, unroutedAfterMs: number | undefined): Promise<void>;
  /** Kills what is left. */
  stop(): Promise<void>;
}

export interface DeploymentSetup {
  startInstance(id: string): Promise<Instance>;
  /** Time between probes [ms]. */
  readonly periodMs: number;
  /** Failures in a row until no requests go to the pod. */
  readonly failureThreshold: number;
  /** Longest wait for a probe [ms]. */
  readonly timeoutMs: number;
}

export function createDeployment(setup: DeploymentSetup): Deployment {
  const { periodMs, failureThreshold, timeoutMs } = setup;
  const pods: Pod[] = [];
  let started = 0;

  async function readiness({ instance }: Pod): Promise<number> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await fetch(`http://127.0.0.1:${instance.adminPort}/readyz`, { signal });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }

  async function probe(pod: Pod, signal: AbortSignal): Promise<void> {
    let failures = 0;
    /* oxlint-disable no-await-in-loop -- one probe after the other, as the kubelet does it */
    while (!signal.aborted) {
      const status = await readiness(pod);
      if (signal.aborted) return;
      pod.answers.push(status);
      failures = status === 200 ? 0 : failures + 1;
      if (status === 200 && pod.terminatedAtMs === undefined) pod.inEndpoints = true;
      if (failures >= failureThreshold) pod.inEndpoints = false;
      await pause(periodMs);
    }
    /* oxlint-enable no-await-in-loop */
  }

  return {
    pods,
    endpoints: () => pods.filter(({ inEndpoints }) => inEndpoints),
    async addPod() {
      started += 1;
      const instance = await setup.startInstance(`pod-${started}`);
      const pod: Pod = { instance, answers: [], inEndpoints: false, terminatedAtMs: undefined };
      pods.push(pod);
      const ended = new AbortController();
      void instance.ended.then(() => ended.abort());
      void probe(pod, ended.signal);
      // oxlint-disable-next-line no-unmodified-loop-condition, no-await-in-loop -- the probe sets it
      while (!pod.inEndpoints) await pause(periodMs, undefined, { signal: ended.signal });
      return pod;
    },
    async removePod(pod, unroutedAfterMs) {
      pod.terminatedAtMs = Date.now();
      pod.instance.kill('SIGTERM');
      if (unroutedAfterMs !== undefined) {
        await pause(unroutedAfterMs);
        pod.inEndpoints = false;
      }
      await pod.instance.ended;
    },
    async stop() {
      for (const { instance } of pods) instance.kill('SIGKILL');
      await Promise.all(pods.map(({ instance }) => instance.ended));
    },
  };
}
