import type { Use } from "./cost-line.ts";
import { FUNCTION_SIZES } from "./function-sizes.ts";
import { lambdaUses } from "./lambda-uses.ts";
import type { Measurements } from "./measurements.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import { MONITORING_TRANSITIONS } from "./run-transitions.ts";

/** Report and event: one object, one transaction of one item. */
const WRITE_UNITS = 2;

/**
 * What one drift check uses.
 *
 * @param filesPerMonth files that the prediction log gets in a month; null where it is not known
 */
export function driftCheckUses(
  measured: Measurements,
  filesPerMonth: number | null,
): readonly Use[] {
  const { check, definition, platform } = measured;
  const { driftWindowHours: hours } = definition;
  return [
    ...lambdaUses({
      item: "check-drift",
      size: FUNCTION_SIZES["check-drift"],
      architecture: platform.architecture,
      durationsMs: check && [check.durationMs],
    }),
    {
      item: "Lambda requests",
      price: "lambdaUsdPerRequest",
      quantity: 1,
      how: "1, and no alert",
    },
    {
      item: "Step Functions",
      price: "stepFunctionsUsdPerTransition",
      quantity: MONITORING_TRANSITIONS,
      how: "states entered",
    },
    {
      item: "files of the log read",
      price: "s3UsdPerGet",
      quantity: filesPerMonth === null ? null : (filesPerMonth / HOURS_PER_MONTH) * hours,
      how: `files of ${hours} hours`,
    },
    {
      item: "log listed, report written",
      price: "s3UsdPerPut",
      quantity: hours + 1,
      how: `${hours} hours + 1 report`,
    },
    {
      item: "registry changes",
      price: "dynamodbUsdPerWriteUnit",
      quantity: WRITE_UNITS,
      how: "1 event",
    },
    { item: "trace", price: "xrayUsdPerTrace", quantity: 1, how: "1 execution" },
  ];
}

/** Metrics that a drift check writes beside those of the inputs: of the score, and two counts. */
const OTHER_METRICS = 3;

/** Metrics that drift checks write, in every hour that has a check. */
export function driftMetricUses(
  { definition }: Measurements,
  checksPerMonth: number,
): readonly Use[] {
  const share = Math.min(1, checksPerMonth / HOURS_PER_MONTH);
  if (share === 0) return [];
  const { inputs, watchesClasses = false } = definition;
  const others = OTHER_METRICS + Number(watchesClasses);
  return [
    {
      item: "metrics",
      price: "metricUsdPerMonth",
      quantity: (inputs + others) * share,
      how: `(${inputs} inputs + ${others}) × ${Math.round(share * 100)}% of the hours`,
    },
  ];
}
