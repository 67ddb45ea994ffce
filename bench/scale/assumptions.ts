/**
 * What no loopback can tell and no page promises. The page shows what other values would do; a deployed
 * stack is where to measure them.
 */
export const ASSUMED = {
  /** DoorDash's peak, predictions/s. */
  peak: 6_800_000,
  /** Mean of a day, as a share of its peak: 10 billion a day and 1 million/s, which DoorDash told in 2021. */
  meanShare: 10e9 / 86_400 / 1e6,
  /** Lambda's time by this machine's. A function of 1,769 MB has one vCPU, which may be half a core. */
  slowdown: 2,
  /** SQS takes a message; the environment is occupied and billed until then, the caller is not kept. */
  queueMs: 5,
  /** A read of DynamoDB, "single-digit millisecond". */
  featureReadMs: 5,
  /** Lambda's part of a cold start: package and sandbox. */
  sandboxMs: 300,
  /** An instance without requests is kept so long. */
  keepAliveS: 600,
  /** An invocation that writes 6 MB of the log. */
  logWriteMs: 300,
  /** What an account is given of concurrency; "tens of thousands" is all that AWS says. */
  raisedConcurrency: 10_000,
  /** Entities of a prediction with online features; half a read unit each. */
  entities: 3,
  /**
   * Processor time of a server's HTTP and of its sends to the queue, a request, by this machine: about what
   * docs/benchmarks.md has for the local platform over HTTP.
   */
  serverMs: 0.25,
  /** How busy always-on processors may be at the peak. */
  utilisation: 0.5,
} as const;

/** USD in us-east-1 that the table of prices does not have. */
export const OTHER_PRICES = {
  /** Graviton, 2 vCPUs, as secondary sources quote it in June 2026. */
  m7gLargeUsdPerHour: 0.0816,
  /** What Lambda Managed Instances add to the price of EC2, as secondary sources quote it. */
  managedFee: 0.15,
  /** x86, from memory: not looked up. */
  provisionedUsdPerGbSecond: 0.0000041667,
  provisionedDurationUsdPerGbSecond: 0.0000097222,
} as const;
