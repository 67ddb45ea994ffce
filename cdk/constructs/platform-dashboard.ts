import { Duration } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  MathExpression,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../../core/observability/embedded-metrics.ts";
import { QUOTAS } from "../quotas.ts";
import type { FeatureStore } from "./feature-store.ts";
import type { IPlatform } from "./platform.ts";
import type { PredictionEndpoint } from "./prediction-endpoint.ts";

export interface PlatformDashboardProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: Pick<IPlatform, "predictionQueue" | "deadLetters">;
  /** Requests, latency, capacity and the prediction log. @default - without them */
  readonly endpoint?: Pick<PredictionEndpoint, "predict" | "logPredictions">;
  /** Events of streams. @default - without them */
  readonly features?: Pick<FeatureStore, "eventQueue" | "ingestEvents">;
  /** Its runs. @default - without them */
  readonly training?: IStateMachine;
  /** Its runs, and drift. @default - without them */
  readonly monitoring?: IStateMachine;
  /** Its batches. @default - without them */
  readonly batch?: IStateMachine;
  /** Its rollouts. @default - without them */
  readonly rollout?: IStateMachine;
  /** Their states. @default - none */
  readonly alarms?: readonly IAlarm[];
}

/** One page: is it serving, is it learning, is the data still what it was. */
export class PlatformDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: PlatformDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, "Dashboard", { defaultInterval: Duration.days(1) });
    const rows = [
      ...alarmRows(props),
      endpointRow(props),
      [...runGraphs(props), logGraph(props)],
      modelRow(props),
      featureRow(props),
    ];
    for (const row of rows) if (row.length > 0) this.dashboard.addWidgets(...row);
  }
}

function alarmRows({ alarms = [] }: PlatformDashboardProps): readonly IWidget[][] {
  const rows = Math.ceil(alarms.length / QUOTAS.alarmsOfWidget);
  return Array.from({ length: rows }, (_, row) => {
    const first = row * QUOTAS.alarmsOfWidget;
    const shown = alarms.slice(first, first + QUOTAS.alarmsOfWidget);
    return [new AlarmStatusWidget({ title: "Alarms", alarms: shown, width: 24, height: 3 })];
  });
}

function endpointRow({ endpoint }: PlatformDashboardProps): readonly IWidget[] {
  if (!endpoint) return [];
  const { predict } = endpoint;
  const sum = { statistic: "Sum" };
  return [
    graph("Requests", [
      predict.metric("UrlRequestCount", sum),
      predict.metric("Url4xxCount", sum),
      predict.metric("Url5xxCount", sum),
    ]),
    graph(
      "Latency of the prediction URL, ms",
      ["p50", "p90", "p99"].map((statistic) => predict.metric("UrlRequestLatency", { statistic })),
    ),
    graph("Capacity", [
      predict.metric("ConcurrentExecutions", { statistic: "Maximum" }),
      predict.metricThrottles(),
      predict.metricErrors(),
    ]),
  ];
}

function runGraphs({
  training,
  monitoring,
  batch,
  rollout,
}: PlatformDashboardProps): readonly IWidget[] {
  return [
    ...(training ? [graph("Training runs", executionsOf(training))] : []),
    ...(monitoring ? [graph("Monitoring runs", executionsOf(monitoring))] : []),
    ...(batch ? [graph("Batch predictions", executionsOf(batch))] : []),
    ...(rollout ? [graph("Rollouts", executionsOf(rollout))] : []),
  ];
}

function logGraph({ platform, endpoint }: PlatformDashboardProps): IWidget {
  return graph("Prediction log", [
    platform.predictionQueue.metricApproximateAgeOfOldestMessage(),
    platform.deadLetters.metricApproximateNumberOfMessagesVisible(),
    ...(endpoint ? [endpoint.logPredictions.metricErrors()] : []),
  ]);
}

function modelRow({ endpoint, monitoring }: PlatformDashboardProps): readonly IWidget[] {
  return [
    ...(endpoint
      ? [
          graph("Latency inside the function by model, p99, ms", [
            ownMetric("LatencyMs", ["Model"], "p99"),
          ]),
        ]
      : []),
    ...(monitoring
      ? [
          graph("Drift: population stability index by feature", [
            ownMetric("DriftPsi", ["Feature", "Model"], "Maximum"),
          ]),
        ]
      : []),
    ...(endpoint
      ? [
          graph("Versions that could not be taken up", [
            ownMetric("RefreshFailures", ["Model"], "Sum"),
          ]),
          graph("Requests that a fallback answered, or that were shed", [
            ownMetric("FallbackAnswers", ["Model"], "Sum"),
            ownMetric("ShedRequests", ["Function"], "Sum"),
          ]),
        ]
      : []),
  ];
}

function featureRow({ features }: PlatformDashboardProps): readonly IWidget[] {
  if (!features) return [];
  const events = ["Events", "DuplicateEvents", "TooLateEvents", "RejectedEvents"];
  return [
    graph(
      "Events of streams",
      events.map((name) => ownMetric(name, ["Stream"], "Sum")),
    ),
    graph("From arrival of an event to its features, p99, ms", [
      ownMetric("EventLagMs", ["Stream"], "p99"),
    ]),
    graph("Event queue", [
      features.eventQueue.metricApproximateAgeOfOldestMessage(),
      features.ingestEvents.metricErrors(),
    ]),
  ];
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
