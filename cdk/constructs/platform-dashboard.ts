import { Duration } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  MathExpression,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../../core/observability/embedded-metrics.ts";
import { QUOTAS } from "../quotas.ts";
import type { IPlatform } from "./platform.ts";
import type { PredictionEndpoint } from "./prediction-endpoint.ts";

export interface PlatformDashboardProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  readonly endpoint: PredictionEndpoint;
  readonly training: IStateMachine;
  readonly monitoring: IStateMachine;
  readonly alarms: readonly IAlarm[];
}

/** One page: is it serving, is it learning, is the data still what it was. */
export class PlatformDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: PlatformDashboardProps) {
    super(scope, id);
    const { platform, endpoint, training, monitoring, alarms } = props;
    const { predict, logPredictions } = endpoint;
    const sum = { statistic: "Sum" };
    this.dashboard = new Dashboard(this, "Dashboard", { defaultInterval: Duration.days(1) });
    for (let first = 0; first < alarms.length; first += QUOTAS.alarmsOfWidget) {
      const shown = alarms.slice(first, first + QUOTAS.alarmsOfWidget);
      this.dashboard.addWidgets(
        new AlarmStatusWidget({ title: "Alarms", alarms: shown, width: 24, height: 3 }),
      );
    }
    this.dashboard.addWidgets(
      graph("Requests", [
        predict.metric("UrlRequestCount", sum),
        predict.metric("Url4xxCount", sum),
        predict.metric("Url5xxCount", sum),
      ]),
      graph(
        "Latency of the prediction URL, ms",
        ["p50", "p90", "p99"].map((statistic) =>
          predict.metric("UrlRequestLatency", { statistic }),
        ),
      ),
      graph("Capacity", [
        predict.metric("ConcurrentExecutions", { statistic: "Maximum" }),
        predict.metricThrottles(),
        predict.metricErrors(),
      ]),
    );
    this.dashboard.addWidgets(
      graph("Training runs", executionsOf(training)),
      graph("Monitoring runs", executionsOf(monitoring)),
      graph("Prediction log", [
        platform.predictionQueue.metricApproximateAgeOfOldestMessage(),
        platform.deadLetters.metricApproximateNumberOfMessagesVisible(),
        logPredictions.metricErrors(),
      ]),
    );
    this.dashboard.addWidgets(
      graph("Latency inside the function by model, p99, ms", [
        ownMetric("LatencyMs", ["Model"], "p99"),
      ]),
      graph("Drift: population stability index by feature", [
        ownMetric("DriftPsi", ["Feature", "Model"], "Maximum"),
      ]),
      graph("Versions that could not be taken up", [
        ownMetric("RefreshFailures", ["Model"], "Sum"),
      ]),
    );
  }
}

function graph(title: string, left: IMetric[], { width = 8, height = 6 } = {}): GraphWidget {
  return new GraphWidget({ title, left, width, height });
}

function executionsOf(stateMachine: IStateMachine): IMetric[] {
  return [
    stateMachine.metricSucceeded(),
    stateMachine.metricFailed(),
    stateMachine.metricTimedOut(),
  ];
}

/** A metric that functions write, for whatever models and features there are. */
function ownMetric(name: string, dimensions: readonly string[], statistic: string): IMetric {
  const schema = [METRIC_NAMESPACE, ...dimensions].join(",");
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${name}"', '${statistic}')`,
    usingMetrics: {},
    label: "",
    period: Duration.minutes(5),
  });
}
