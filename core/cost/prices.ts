/**
 * What AWS charges for, and the unit of each: a quantity in that unit times the price is USD. Months are
 * of 730 hours and GB of 2^30 bytes, as AWS bills them.
 */
export const PRICE_UNITS = {
  lambdaX86UsdPerGbSecond: "GB-second",
  lambdaArmUsdPerGbSecond: "GB-second",
  lambdaUsdPerRequest: "request",
  /** Ephemeral storage beyond 512 MB. */
  lambdaEphemeralUsdPerGbSecond: "GB-second",
  fargateUsdPerVcpuHour: "vCPU-hour",
  fargateUsdPerGbHour: "GB-hour",
  publicIpv4UsdPerHour: "hour",
  stepFunctionsUsdPerTransition: "transition",
  s3UsdPerGbMonth: "GB-month",
  /** PUT, COPY, POST, LIST. */
  s3UsdPerPut: "request",
  /** GET and all others. */
  s3UsdPerGet: "request",
  dynamodbUsdPerWriteUnit: "write unit",
  dynamodbUsdPerReadUnit: "read unit",
  dynamodbUsdPerGbMonth: "GB-month",
  /** Point-in-time recovery. */
  dynamodbRecoveryUsdPerGbMonth: "GB-month",
  sqsUsdPerRequest: "request",
  snsUsdPerPublish: "message",
  logsUsdPerGbIngested: "GB",
  logsUsdPerGbMonth: "GB-month",
  metricUsdPerMonth: "metric-month",
  alarmUsdPerMonth: "alarm-month",
  dashboardUsdPerMonth: "dashboard-month",
  kmsKeyUsdPerMonth: "key-month",
  schedulerUsdPerInvocation: "invocation",
  xrayUsdPerTrace: "trace",
  athenaUsdPerTbScanned: "TB",
  sagemakerMlM5LargeUsdPerHour: "hour",
  albUsdPerHour: "hour",
  albUsdPerLcuHour: "LCU-hour",
} as const;

export type PriceName = keyof typeof PRICE_UNITS;

export const PRICE_NAMES = Object.keys(PRICE_UNITS) as readonly PriceName[];

/** Prices of one region, in USD a unit. What could not be looked up is not in it. */
export type RegionPrices = Readonly<Partial<Record<PriceName, number>>>;

export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600;
export const BYTES_PER_GB = 2 ** 30;
