import { HOURS_PER_MONTH, type RegionPrices, SECONDS_PER_MONTH } from "./prices.ts";

/** Something that answers predictions and is paid by the hour. */
export interface AlwaysOn {
  readonly name: string;
  /** Virtual CPUs of one instance. */
  readonly vcpus: number;
  readonly leastInstances: number;
  /** USD a month of one instance; null without a price. */
  readonly usdPerInstance: number | null;
  /** USD a month of what there is once, at so many requests a month; null without a price. */
  readonly usdShared: (requests: number) => number | null;
}

/** How busy an instance may be on average in the busiest hour, so that requests do not wait. */
const UTILISATION = 0.5;
/** The busiest hour has so many times the mean. */
const PEAK = 3;

// Of a service behind a load balancer: one of them in each of two zones, each with an address.
const ZONES = 2;
const SERVICE_GB = 2;
/** Request and answer of one prediction, headers included. */
const EXCHANGE_BYTES = 2_000;

/** The alternatives, by the prices of a region. */
export function alternatives(prices: RegionPrices): readonly AlwaysOn[] {
  const sagemaker = (leastInstances: number): AlwaysOn => ({
    name: `SageMaker endpoint, ${leastInstances} × ml.m5.large`,
    vcpus: 2,
    leastInstances,
    usdPerInstance: times(HOURS_PER_MONTH, prices.sagemakerMlM5LargeUsdPerHour),
    usdShared: () => 0,
  });
  return [
    sagemaker(1),
    sagemaker(2),
    {
      name: `Fargate service, ${ZONES} × 1 vCPU, behind an ALB`,
      vcpus: 1,
      leastInstances: ZONES,
      usdPerInstance: sum([
        times(HOURS_PER_MONTH, prices.fargateUsdPerVcpuHour),
        times(HOURS_PER_MONTH * SERVICE_GB, prices.fargateUsdPerGbHour),
        times(HOURS_PER_MONTH, prices.publicIpv4UsdPerHour),
      ]),
      usdShared: (requests) =>
        sum([
          times(HOURS_PER_MONTH, prices.albUsdPerHour),
          times(HOURS_PER_MONTH * loadBalancerUnits(requests), prices.albUsdPerLcuHour),
          times(HOURS_PER_MONTH * ZONES, prices.publicIpv4UsdPerHour),
        ]),
    },
  ];
}

/**
 * Capacity units of a load balancer: the most of 25 new connections a second and 1 GB an hour, if one
 * request in ten opens a connection.
 *
 * Source: "Elastic Load Balancing pricing".
 */
function loadBalancerUnits(requests: number): number {
  const connections = requests / 10 / SECONDS_PER_MONTH / 25;
  const gigabytes = (requests * EXCHANGE_BYTES) / 2 ** 30 / HOURS_PER_MONTH;
  return Math.max(connections, gigabytes);
}

/**
 * USD a month of an alternative: as many instances as its least, and as its busiest hour needs at half of
 * their CPU.
 *
 * @param workMs CPU time of one request
 * @returns null where a price is not known
 */
export function alwaysOnUsd(
  { vcpus, leastInstances, usdPerInstance, usdShared }: AlwaysOn,
  requests: number,
  workMs: number,
): number | null {
  const busySeconds = ((requests / SECONDS_PER_MONTH) * PEAK * workMs) / 1_000;
  const instances = Math.max(leastInstances, Math.ceil(busySeconds / (vcpus * UTILISATION)));
  return sum([times(instances, usdPerInstance ?? undefined), usdShared(requests) ?? undefined]);
}

/** Nobody asks for more predictions a month than this. */
const MOST = 100e9;

/**
 * From how many predictions a month the first of two monthly costs is above the second and stays there
 * for the next tenth: searched on a grid of 1% and then to the last prediction.
 *
 * @returns null if it is not below `MOST`
 */
export function crossover(
  perUse: (predictions: number) => number,
  alwaysOn: (predictions: number) => number,
): number | null {
  const isDearer = (n: number) => perUse(n) > alwaysOn(n);
  if (isDearer(0)) return 0;
  for (let low = 1_000, high = low * 1.01; high <= MOST; low = high, high *= 1.01) {
    if (!isDearer(high) || !isDearer(high * 1.1)) continue;
    return firstAbove(isDearer, low, high);
  }
  return null;
}

function firstAbove(isDearer: (n: number) => boolean, from: number, to: number): number {
  let [low, high] = [Math.floor(from), Math.ceil(to)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isDearer(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const times = (factor: number, price: number | undefined): number | null =>
  price === undefined ? null : factor * price;

function sum(parts: readonly (number | null | undefined)[]): number | null {
  let all = 0;
  for (const part of parts) {
    if (part === null || part === undefined) return null;
    all += part;
  }
  return all;
}
