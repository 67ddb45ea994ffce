import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../../core/observability/embedded-metrics.ts";
import type { DeployedModel } from "../definitions-asset.ts";
import type { Platform } from "./platform.ts";
import type { PredictionEndpoint } from "./prediction-endpoint.ts";

export interface AlarmsProps {
  readonly platform: Platform;
  readonly endpoint: PredictionEndpoint;
  readonly training: StateMachine;
  readonly monitoring: StateMachine;
  readonly models: readonly DeployedModel[];
  readonly latencyAlarmMs: number;
}

interface AlarmChoices {
  readonly metric: IMetric;
  readonly threshold: number;
  /** What is wrong, and where to look: the text of the alert. */
  readonly description: string;
  /** @default 1 */
  readonly periods?: number;
}

const FIVE_MINUTES = { period: Duration.minutes(5) };

/** What a person should look at. Each alarm says so to the alert topic, and again when it is over. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.alarms = [
      ...this.endpointAlarms(props),
      ...this.workflowAlarms(props),
      ...this.logAlarms(props),
      ...props.models.map(({ model }) => this.createRefreshAlarm(model)),
    ];
    const action = new SnsAction(props.platform.alerts);
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  private endpointAlarms({ endpoint, latencyAlarmMs }: AlarmsProps): readonly Alarm[] {
    const { predict } = endpoint;
    return [
      this.createAlarm("PredictServerErrors", {
        metric: predict.metric("Url5xxCount", { statistic: "Sum", ...FIVE_MINUTES }),
        threshold: 1,
        description: "The prediction URL answered 5xx. Look at the predict function's log",
      }),
      this.createAlarm("PredictErrors", {
        metric: predict.metricErrors(FIVE_MINUTES),
        threshold: 1,
        description: "The predict function crashed or timed out. Look at its log",
      }),
      this.createAlarm("PredictLatency", {
        metric: predict.metric("UrlRequestLatency", { statistic: "p99", ...FIVE_MINUTES }),
        threshold: latencyAlarmMs,
        periods: 3,
        description: `The slowest percent of predictions took more than ${latencyAlarmMs} ms for 15 minutes`,
      }),
      this.createAlarm("PredictThrottles", {
        metric: predict.metricThrottles(FIVE_MINUTES),
        threshold: 1,
        description: "Predictions were refused: the account's concurrency for Lambda is used up",
      }),
    ];
  }

  private workflowAlarms({ training, monitoring }: AlarmsProps): readonly Alarm[] {
    return Object.entries({ Training: training, Monitoring: monitoring }).flatMap(
      ([name, stateMachine]) => [
        this.createAlarm(`${name}Failed`, {
          metric: stateMachine.metricFailed(FIVE_MINUTES),
          threshold: 1,
          description: `${name}: an execution failed. Look at its history`,
        }),
        // One that timed out has notified nobody, and does not count as failed.
        this.createAlarm(`${name}TimedOut`, {
          metric: stateMachine.metricTimedOut(FIVE_MINUTES),
          threshold: 1,
          description: `${name}: an execution ran out of time. Look at its history`,
        }),
      ],
    );
  }

  private logAlarms({ platform, endpoint }: AlarmsProps): readonly Alarm[] {
    return [
      this.createAlarm("LogPredictionsErrors", {
        metric: endpoint.logPredictions.metricErrors(FIVE_MINUTES),
        threshold: 1,
        description: "Logged predictions could not be written. They are kept and tried again",
      }),
      this.createAlarm("DeadLetters", {
        metric: platform.deadLetters.metricApproximateNumberOfMessagesVisible({
          statistic: "Maximum",
          ...FIVE_MINUTES,
        }),
        threshold: 1,
        description:
          "Logged predictions failed five times, or a schedule could not start. Kept for 14 days",
      }),
    ];
  }

  private createRefreshAlarm(model: string): Alarm {
    return this.createAlarm(`RefreshFailures-${model}`, {
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: "RefreshFailures",
        dimensionsMap: { Model: model },
        statistic: "Sum",
        ...FIVE_MINUTES,
      }),
      threshold: 1,
      description: `The endpoint could not take up a version of ${model}; the one before keeps serving. Look at the predict function's log`,
    });
  }

  private createAlarm(id: string, { metric, threshold, description, periods = 1 }: AlarmChoices) {
    return new Alarm(this, id, {
      metric,
      threshold,
      alarmDescription: description,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Nothing runs while nobody asks: silence is good news.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
