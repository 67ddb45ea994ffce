import { readFileSync } from "node:fs";
import { costLine } from "../../core/cost/cost-line.ts";
import { FUNCTION_SIZES } from "../../core/cost/function-sizes.ts";
import { parseMeasurements } from "../../core/cost/measurements.ts";
import { pricesOf, priceTable } from "../../core/cost/price-table.ts";
import { BYTES_PER_GB, SECONDS_PER_MONTH } from "../../core/cost/prices.ts";
import { servingUses } from "../../core/cost/serving-cost.ts";
import { ASSUMED, OTHER_PRICES } from "./assumptions.ts";
import { demandOf, type Way } from "./demand.ts";
import { type MeasuredInputs, requestOf } from "./measured-inputs.ts";

const REGION = "us-east-1";
export const PRICES = pricesOf(priceTable(), REGION);
const FLIGHT_DELAY = new URL("../../docs/cost/flight-delay.json", import.meta.url);

/** Parts of the bill, in USD a second. */
export interface Bill {
  /** Requests and compute of predict, and its reads of the registry. */
  readonly serving: number;
  /** Lines and traces of each request in CloudWatch and X-Ray. */
  readonly telemetry: number;
  /** From the queue to Parquet, one month of it kept. */
  readonly log: number;
  readonly features: number;
  readonly total: number;
}

const TELEMETRY = ["log lines", "log lines kept", "traces", "metrics"];
const isOfTheLog = (item: string) => item.startsWith("log:") || item.startsWith("log-predictions");

/**
 * What so many predictions a second cost, by the same code as `millrace cost`. Free amounts and Lambda's
 * discounts of 10% and 20% beyond 6 and 15 billion GB-seconds are not taken off.
 */
export function billOf(
  measured: MeasuredInputs,
  way: Way,
  predictionsPerSecond: number,
  hasTelemetry = true,
): Bill {
  const demand = demandOf(measured, way, predictionsPerSecond);
  const { queuedBytes, rows } = requestOf(measured, way.rows);
  const known = parseMeasurements(JSON.parse(readFileSync(FLIGHT_DELAY, "utf8")));
  const serving = { ...known.serving, queuedBytes: queuedBytes / rows };
  const uses = servingUses(
    { ...known, serving },
    {
      predictions: predictionsPerSecond * SECONDS_PER_MONTH,
      rowsPerRequest: rows,
      requestMs: demand.occupiedMs,
      logWriteMs: ASSUMED.logWriteMs,
    },
  );
  const perSecond = (isWanted: (item: string) => boolean) =>
    uses.filter(({ item }) => isWanted(item)).reduce((sum, use) => sum + usd(use), 0) /
    SECONDS_PER_MONTH;
  const bill = {
    serving: perSecond((item) => !isOfTheLog(item) && !TELEMETRY.includes(item)),
    telemetry: hasTelemetry ? perSecond((item) => TELEMETRY.includes(item)) : 0,
    log: perSecond(isOfTheLog) * way.logged,
    features: demand.readUnitsPerSecond * price("dynamodbUsdPerReadUnit"),
  };
  return { ...bill, total: Object.values(bill).reduce((sum, part) => sum + part, 0) };
}

/** @throws {RangeError} without a price or a quantity: a sum would be too small */
function usd(use: Parameters<typeof costLine>[0]): number {
  const line = costLine(use, PRICES);
  if (line.usd === null) throw new RangeError(`what ${use.item} costs is not known`);
  return line.usd;
}

function price(name: keyof typeof PRICES): number {
  const found = PRICES[name];
  if (found === undefined) throw new RangeError(`there is no price ${name} of ${REGION}`);
  return found;
}

/** Something that is paid whether it is used or not, in USD a second, large enough for the peak. */
export interface Fleet {
  readonly name: string;
  readonly vcpus: number;
  readonly usdPerSecond: number;
  /** Share of the peak above which a day's mean makes it cheaper than Lambda on demand. */
  readonly breakEvenShare: number;
}

/** Always-on processors for the same requests. Neither side has log, telemetry and features, which are equal. */
export function fleetsOf(measured: MeasuredInputs, way: Way, peak: number): readonly Fleet[] {
  const demand = demandOf(measured, way, peak);
  const { processorMs } = requestOf(measured, way.rows);
  const cpuMs = (processorMs + ASSUMED.serverMs) * way.slowdown;
  const vcpus = (demand.requestsPerSecond * cpuMs) / 1_000 / ASSUMED.utilisation;
  const lambda = billOf(measured, way, peak).serving;
  const balancer =
    ((demand.bytesPerSecond * 3_600) / BYTES_PER_GB) * (price("albUsdPerLcuHour") / 3_600);
  const ec2 = (vcpus / 2) * (OTHER_PRICES.m7gLargeUsdPerHour / 3_600);
  const fargate =
    price("fargateUsdPerVcpuHour") +
    2 * price("fargateUsdPerGbHour") +
    price("publicIpv4UsdPerHour");
  const requests = demand.requestsPerSecond * price("lambdaUsdPerRequest");
  const gb = FUNCTION_SIZES.predict.memoryMb / 1_024;
  const provisioned =
    demand.quota * gb * OTHER_PRICES.provisionedUsdPerGbSecond +
    demand.concurrency * gb * OTHER_PRICES.provisionedDurationUsdPerGbSecond;
  return [
    { name: "Lambda, provisioned concurrency", vcpus: demand.quota, fixed: provisioned + requests },
    {
      name: "Fargate, 1 vCPU each, behind ALBs",
      vcpus,
      fixed: (vcpus * fargate) / 3_600 + balancer,
    },
    { name: "EC2 m7g.large behind ALBs", vcpus, fixed: ec2 + balancer },
    {
      name: "Lambda Managed Instances, m7g.large",
      vcpus,
      fixed: ec2 * (1 + OTHER_PRICES.managedFee) + requests,
    },
  ].map(({ name, vcpus: cpus, fixed }) => ({
    ...{ name, vcpus: cpus, usdPerSecond: fixed },
    breakEvenShare: fixed / lambda,
  }));
}
