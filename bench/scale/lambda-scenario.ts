import type { Load } from "./load.ts";

/** A function, its quotas, and who calls it. Times in s. */
export interface LambdaScenario {
  readonly load: Load;
  /** A rate that the load never exceeds. */
  readonly mostPerSecond: number;
  readonly durationS: number;
  /** How long a request occupies an environment. */
  readonly serviceS: (random: () => number) => number;
  /** What the first request of an environment takes more. */
  readonly coldStartS: number;
  /** Requests at a time, of the account. */
  readonly concurrencyQuota: number;
  /** Requests per second that the quota allows for each concurrency. */
  readonly requestsPerConcurrency: number;
  /** Environments that the function may get more per second; 100 on AWS. */
  readonly scalingPerSecond: number;
  /** What of them may come at once; 1,000 on AWS. */
  readonly scalingBurst: number;
  /** Environments that stand before the first request: provisioned, or warm from earlier. */
  readonly warm: number;
  /** An environment without requests for so long is gone. */
  readonly keepAliveS: number;
  /** Times that a caller asks, at most; 1 means no retry. */
  readonly attempts: number;
  /** A caller waits uniformly up to this, doubled each time. */
  readonly backoffS: number;
  /** Requests that the endpoint itself turns away with 503 above so many at a time; absent: none. */
  readonly shedAbove?: number;
  /** Online features; absent: the caller sends all. */
  readonly features?: {
    readonly readUnits: number;
    readonly tableUnitsPerSecond: number;
    /** Whether a request whose features cannot be read is answered with its fallback, or fails. */
    readonly hasFallback: boolean;
  };
  readonly seed: number;
}

/** What became of the requests. Each is in one of `answered`, `throttled`, `shed` and `failed`. */
export interface LambdaOutcome {
  readonly arrivals: number;
  readonly answered: number;
  /** Refused by Lambda each time that they asked. */
  readonly throttled: number;
  /** Refused by the endpoint each time that they asked, the last time at least. */
  readonly shed: number;
  readonly failed: number;
  /** Answered, but with fallbacks in place of features. */
  readonly withFallback: number;
  readonly attempts: number;
  readonly coldStarts: number;
  readonly peakConcurrency: number;
  readonly peakEnvironments: number;
  /** Time that environments were occupied, of all. */
  readonly busyS: number;
  /** Last instant at which a request was given up; 0 if none was. */
  readonly lastRefusedS: number;
  /** From the first attempt to the answer, in ms; 0 if nothing was answered. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** @throws {Error} if a request is missing or counted twice */
export function checkConservation({ arrivals, ...of }: LambdaOutcome): void {
  const ended = of.answered + of.throttled + of.shed + of.failed;
  if (ended === arrivals) return;
  throw new Error(`${arrivals} requests came and ${ended} ended`);
}
