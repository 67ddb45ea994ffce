import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../../core/observability/embedded-metrics.ts";
import { type Runbook, runbookLink } from "../../core/observability/runbooks.ts";
import type { IPlatform } from "./platform.ts";

export interface AlarmsProps {
  readonly platform: Pick<IPlatform, "alerts" | "predictionQueue" | "deadLetters">;
  readonly endpoint: { readonly predict: IFunction; readonly logPredictions: IFunction };
  /** @default - no events of streams */
  readonly features?: { readonly eventQueue: IQueue; readonly ingestEvents: IFunction };
  /** @default - new data starts no run */
  readonly newData?: { readonly noticeNewData: IFunction } | undefined;
  readonly training: IStateMachine;
  readonly monitoring: IStateMachine;
  /** @default - no batch predictions */
  readonly batch?: IStateMachine;
  /** @default - no rollouts */
  readonly rollout?: IStateMachine;
  /** The functions that send alerts: what they cannot send, only an alarm can tell. */
  readonly notify: IFunction;
  readonly models: readonly { readonly model: string }[];
  /** 99th percentile of the prediction URL, cold starts included. @default 2000 */
  readonly latencyAlarmMs?: number;
  /** The account's quota of concurrent executions of Lambda. @default 1000, what most accounts begin with */
  readonly accountConcurrency?: number;
  /** Address of the folder that the runbooks lie in. @default - docs/runbooks/, in the repository */
  readonly runbookBaseUrl?: string | undefined;
}

interface AlarmChoices {
  readonly metric: IMetric;
  readonly threshold: number;
  /** What is wrong: the first sentence of the alert. */
  readonly description: string;
  /** What to do about it: the alert's last word. */
  readonly runbook: Runbook;
  /** How many periods are looked at. @default 1 */
  readonly periods?: number;
  /** How many of them must be wrong. @default - all */
  readonly wrongPeriods?: number;
  /** @default - silence is good news: nothing runs while nobody asks */
  readonly missingData?: TreatMissingData;
}

const FIVE_MINUTES = { period: Duration.minutes(5) };
const SUM = { statistic: "Sum", ...FIVE_MINUTES };
const MAXIMUM = { statistic: "Maximum", ...FIVE_MINUTES };

/** Twice within a quarter of an hour: what goes away by itself wakes nobody. */
const TWICE = { periods: 3, wrongPeriods: 2 };

/** A message waits for at most the batching window, a minute, while all is well. */
const OLDEST_MESSAGE_SECONDS = 30 * 60;

/** An event waits for seconds while all is well, and features are as old as the oldest. */
const OLDEST_EVENT_SECONDS = 10 * 60;

/**
 * What a person should look at. Each alarm says so to the alert topic, names its runbook, and says when
 * it is over. Each looks at one metric, so that it can be understood, and tested, by that metric alone.
 *
 * Functions of state machines have none of their own: their errors are tried again, and what is left
 * of them ends an execution.
 */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];
  readonly #runbookBaseUrl: string | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#runbookBaseUrl = props.runbookBaseUrl;
    this.alarms = [
      ...this.endpointAlarms(props),
      ...this.capacityAlarms(props),
      ...this.workflowAlarms(props),
      ...this.logAlarms(props),
      ...this.eventAlarms(props),
      ...this.newDataAlarms(props),
      ...props.models.flatMap(({ model }) => this.modelAlarms(model)),
    ];
    const action = new SnsAction(props.platform.alerts);
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  private endpointAlarms({ endpoint, latencyAlarmMs = 2_000 }: AlarmsProps): readonly Alarm[] {
    const { predict } = endpoint;
    return [
      this.createAlarm("PredictServerErrors", {
        metric: predict.metric("Url5xxCount", SUM),
        threshold: 1,
        ...TWICE,
        description: "The prediction URL answered 5xx, again and again",
        runbook: "server-errors",
      }),
      this.createAlarm("PredictErrors", {
        metric: predict.metricErrors(FIVE_MINUTES),
        threshold: 1,
        ...TWICE,
        description: "The predict function crashed or timed out, again and again",
        runbook: "server-errors",
      }),
      this.createAlarm("PredictLatency", {
        metric: predict.metric("UrlRequestLatency", { statistic: "p99", ...FIVE_MINUTES }),
        threshold: latencyAlarmMs,
        periods: 3,
        description: `The slowest percent of predictions took more than ${latencyAlarmMs} ms for 15 minutes`,
        runbook: "high-latency",
      }),
    ];
  }

  private capacityAlarms({ endpoint, accountConcurrency = 1_000 }: AlarmsProps): readonly Alarm[] {
    const threshold = Math.ceil(accountConcurrency * 0.8);
    return [
      this.createAlarm("PredictThrottles", {
        metric: endpoint.predict.metricThrottles(FIVE_MINUTES),
        threshold: 1,
        description: "Predictions were refused: the account's concurrency for Lambda is used up",
        runbook: "throttling",
      }),
      // Of the region, without a dimension. Source: "Monitoring concurrency", AWS Lambda developer guide.
      this.createAlarm("AccountConcurrency", {
        metric: new Metric({
          namespace: "AWS/Lambda",
          metricName: "ClaimedAccountConcurrency",
          ...MAXIMUM,
        }),
        threshold,
        description: `The account uses ${threshold} or more of its ${accountConcurrency} concurrent executions of Lambda. Refusals are next`,
        runbook: "throttling",
      }),
    ];
  }

  private workflowAlarms({
    training,
    monitoring,
    batch,
    rollout,
    notify,
  }: AlarmsProps): readonly Alarm[] {
    const workflows = {
      Training: training,
      Monitoring: monitoring,
      ...(batch && { Batch: batch }),
      ...(rollout && { Rollout: rollout }),
    };
    const alarms = Object.entries(workflows).flatMap(([name, stateMachine]) => [
      this.createAlarm(`${name}Failed`, {
        metric: stateMachine.metricFailed(FIVE_MINUTES),
        threshold: 1,
        description: `${name}: an execution failed`,
        runbook: "failed-run",
      }),
      // One that timed out has notified nobody, and does not count as failed.
      this.createAlarm(`${name}TimedOut`, {
        metric: stateMachine.metricTimedOut(FIVE_MINUTES),
        threshold: 1,
        description: `${name}: an execution ran out of time`,
        runbook: "failed-run",
      }),
    ]);
    return [
      ...alarms,
      this.createAlarm("NotifyErrors", {
        metric: notify.metricErrors(FIVE_MINUTES),
        threshold: 1,
        description: "An alert could not be sent: a run may have failed, or data drifted, unheard",
        runbook: "failed-run",
      }),
    ];
  }

  private logAlarms({ platform, endpoint }: AlarmsProps): readonly Alarm[] {
    return [
      this.createAlarm("UnloggedPredictions", {
        metric: ownMetric("UnloggedPredictions", { Function: "predict" }, "Sum"),
        threshold: 1,
        description: "Predictions were answered and no record of them was kept",
        runbook: "dead-letters",
      }),
      this.createAlarm("LogPredictionsErrors", {
        metric: endpoint.logPredictions.metricErrors(FIVE_MINUTES),
        threshold: 1,
        ...TWICE,
        description: "Logged predictions cannot be written. They are kept and tried again",
        runbook: "dead-letters",
      }),
      this.createAlarm("PredictionQueueAge", {
        metric: platform.predictionQueue.metricApproximateAgeOfOldestMessage(MAXIMUM),
        threshold: OLDEST_MESSAGE_SECONDS,
        description: `A logged prediction has waited for more than ${OLDEST_MESSAGE_SECONDS / 60} minutes: the log falls behind`,
        runbook: "dead-letters",
      }),
      this.createAlarm("DeadLetters", {
        metric: platform.deadLetters.metricApproximateNumberOfMessagesVisible(MAXIMUM),
        threshold: 1,
        description:
          "Logged predictions, events or new data failed for good, or a schedule could not start. Kept for 14 days",
        runbook: "dead-letters",
      }),
    ];
  }

  private eventAlarms({ features }: AlarmsProps): readonly Alarm[] {
    if (!features) return [];
    return [
      this.createAlarm("IngestEventsErrors", {
        metric: features.ingestEvents.metricErrors(FIVE_MINUTES),
        threshold: 1,
        ...TWICE,
        description: "Events of streams cannot be taken in. They are kept and tried again",
        runbook: "feature-store",
      }),
      this.createAlarm("EventQueueAge", {
        metric: features.eventQueue.metricApproximateAgeOfOldestMessage(MAXIMUM),
        threshold: OLDEST_EVENT_SECONDS,
        description: `An event has waited for more than ${OLDEST_EVENT_SECONDS / 60} minutes: features are behind`,
        runbook: "feature-store",
      }),
    ];
  }

  private newDataAlarms({ newData }: AlarmsProps): readonly Alarm[] {
    if (!newData) return [];
    return [
      this.createAlarm("NoticeNewDataErrors", {
        metric: newData.noticeNewData.metricErrors(FIVE_MINUTES),
        threshold: 1,
        // it is called again after a quarter of an hour
        periods: 12,
        wrongPeriods: 2,
        description: "New data starts no run. What is known of it is kept and looked at again",
        runbook: "dead-letters",
      }),
    ];
  }

  private modelAlarms(model: string): readonly Alarm[] {
    return [
      this.createAlarm(`RefreshFailures-${model}`, {
        metric: ownMetric("RefreshFailures", { Model: model }, "Sum"),
        threshold: 1,
        description: `The endpoint could not take up a version of ${model}; the one before keeps serving`,
        runbook: "bad-version",
      }),
      this.createAlarm(`Drift-${model}`, {
        metric: ownMetric("DriftedColumns", { Model: model }, "Maximum"),
        threshold: 1,
        description: `Live data of ${model} has drifted from what its champion was trained on`,
        runbook: "drift",
        // Between two checks there is nothing to see, and what had drifted still has.
        missingData: TreatMissingData.IGNORE,
      }),
    ];
  }

  private createAlarm(id: string, choices: AlarmChoices): Alarm {
    const { metric, threshold, description, runbook, periods = 1 } = choices;
    return new Alarm(this, id, {
      metric,
      threshold,
      alarmDescription: `${description}. Runbook: ${runbookLink(runbook, this.#runbookBaseUrl)}`,
      evaluationPeriods: periods,
      ...(choices.wrongPeriods !== undefined && { datapointsToAlarm: choices.wrongPeriods }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: choices.missingData ?? TreatMissingData.NOT_BREACHING,
    });
  }
}

/** A metric that functions write as lines of their log. */
function ownMetric(
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: "Sum" | "Maximum",
): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap,
    statistic,
    ...FIVE_MINUTES,
  });
}
