import type { ComparisonOperator } from "@aws-sdk/client-cloudwatch";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** How an alarm judges the values of its metric. */
export interface AlarmRule {
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  /** N: how many of the last values count. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: "breaching" | "notBreaching" | "ignore" | "missing";
}

/**
 * The state that CloudWatch gives an alarm.
 *
 * If at least N values are there, the latest N count. Else what lacks is filled up to N: with
 * breaching or good values, or with nothing (`missing`, `ignore`). M breaching ones make an alarm. With
 * `missing`, fewer do as well, where the oldest of them is M periods old and nothing but breaching
 * values followed.
 *
 * Source: "Configuring how CloudWatch alarms treat missing data", Amazon CloudWatch user guide.
 *
 * @param values one for each period of the evaluation range, oldest first; `undefined` where none came
 */
export function alarmState(
  rule: AlarmRule,
  values: readonly (number | undefined)[],
  previous: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const present = values.filter((value) => value !== undefined).slice(-evaluationPeriods);
  const breaching = present.filter((value) => isBreaching(rule, value)).length;
  const lacking = evaluationPeriods - present.length;
  if (treatMissingData === "breaching" || treatMissingData === "notBreaching") {
    const filled = treatMissingData === "breaching" ? lacking : 0;
    return breaching + filled >= datapointsToAlarm ? "ALARM" : "OK";
  }
  if (breaching >= datapointsToAlarm) return "ALARM";
  if (breaching < present.length) return "OK";
  if (treatMissingData === "ignore") return previous;
  if (present.length === 0) return "INSUFFICIENT_DATA";
  const oldest = values.findIndex((value) => value !== undefined);
  return values.length - oldest >= datapointsToAlarm ? "ALARM" : previous;
}

function isBreaching({ comparison, threshold }: AlarmRule, value: number): boolean {
  switch (comparison) {
    case "GreaterThanThreshold":
      return value > threshold;
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
    default:
      throw new Error(`comparison ${comparison} needs an anomaly detection band, not a threshold`);
  }
}

/** A value on the wrong side of the threshold, and one on the right side; neither is negative if it can be helped. */
export function exampleValues({ comparison, threshold }: AlarmRule) {
  const beyond = comparison.startsWith("Less") ? threshold - 1 : threshold + 1;
  const within = comparison.startsWith("Less") ? threshold + 1 : Math.min(0, threshold - 1);
  return { beyond, within };
}
