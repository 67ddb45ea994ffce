import {
  GetMetricStatisticsCommand,
  type MetricAlarm,
  PutMetricDataCommand,
  type StandardUnit,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import type { Cloud } from "../cloud.ts";
import type { AlarmRule } from "./alarm-state.ts";

/** An alarm on one metric. */
export interface WatchedAlarm {
  readonly name: string;
  readonly rule: AlarmRule;
  readonly periodMs: number;
  readonly metric: Pick<MetricAlarm, "Namespace" | "MetricName" | "Dimensions">;
  readonly unit?: StandardUnit;
  readonly statistic:
    | { readonly Statistics: Statistic[] }
    | { readonly ExtendedStatistics: string[] };
  readonly actions: readonly string[];
}

/** @throws {Error} if the alarm is on an expression, or says nothing to anyone */
export function watchedAlarm(alarm: MetricAlarm): WatchedAlarm {
  const { AlarmName: name = "", Namespace, MetricName, Dimensions = [], Statistic, Unit } = alarm;
  if (!Namespace || !MetricName || !alarm.Period || alarm.Threshold === undefined) {
    throw new Error(`alarm ${name} is on no single metric`);
  }
  const actions = alarm.AlarmActions ?? [];
  if (actions.length === 0 || !alarm.ActionsEnabled) throw new Error(`alarm ${name} tells nobody`);
  const evaluationPeriods = alarm.EvaluationPeriods ?? 1;
  return {
    name,
    rule: {
      comparison: alarm.ComparisonOperator ?? "GreaterThanThreshold",
      threshold: alarm.Threshold,
      evaluationPeriods,
      datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
      treatMissingData: (alarm.TreatMissingData ?? "missing") as AlarmRule["treatMissingData"],
    },
    periodMs: alarm.Period * 1_000,
    metric: { Namespace, MetricName, Dimensions },
    ...(Unit && { unit: Unit }),
    statistic: alarm.ExtendedStatistic
      ? { ExtendedStatistics: [alarm.ExtendedStatistic] }
      : { Statistics: [Statistic ?? "Average"] },
    actions,
  };
}

/** Sends the alarm's own metric, one value an instant. */
export async function putValues(
  { cloudWatch }: Cloud,
  { metric, unit }: WatchedAlarm,
  { value, atMs }: { readonly value: number; readonly atMs: readonly number[] },
): Promise<void> {
  const { Namespace, MetricName, Dimensions } = metric;
  const MetricData = atMs.map((at) => ({
    MetricName,
    Dimensions,
    Timestamp: new Date(at),
    Value: value,
    ...(unit && { Unit: unit }),
  }));
  await cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

/**
 * The statistic of the alarm's own metric, dimension for dimension, in each of its last N periods.
 *
 * @param untilMs end of the last period: a multiple of the period
 */
export async function lastValues(
  { cloudWatch }: Cloud,
  { metric, periodMs, statistic, rule }: WatchedAlarm,
  untilMs: number,
): Promise<readonly (number | undefined)[]> {
  const fromMs = untilMs - rule.evaluationPeriods * periodMs;
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      ...metric,
      ...statistic,
      Namespace: metric.Namespace,
      MetricName: metric.MetricName,
      StartTime: new Date(fromMs),
      EndTime: new Date(untilMs),
      Period: periodMs / 1_000,
    }),
  );
  const [name = ""] = Object.values(statistic).flat();
  return Array.from({ length: rule.evaluationPeriods }, (_, i) => {
    const start = fromMs + i * periodMs;
    const point = Datapoints.find(({ Timestamp }) => Timestamp?.getTime() === start);
    return point?.ExtendedStatistics?.[name] ?? point?.[name as Statistic];
  });
}
