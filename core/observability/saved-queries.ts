/** Which logs a query reads: those of the prediction endpoint, of the state machines and their tasks, or all. */
export type QueriedLogs = "endpoint" | "workflows" | "all";

export interface SavedQuery {
  /** As runbooks call it. */
  readonly name: string;
  readonly logs: QueriedLogs;
  /** In CloudWatch Logs Insights QL. Text in `<…>` is to be replaced by a person. */
  readonly text: string;
}

const lines = (...commands: readonly string[]): string => commands.join("\n| ");

/**
 * Questions to the logs that a person asks when something is wrong. Names of fields are those that
 * functions write (a test asks the real ones); names that begin with @ are CloudWatch's own.
 *
 * A request that failed has a line with its ids and its cause, and one with its metrics; only the second is
 * counted. What a state machine tries again is counted each time.
 *
 * Source: "CloudWatch Logs Insights language query syntax" and "Supported logs and discovered fields",
 * Amazon CloudWatch Logs user guide.
 */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: "slowest-predictions",
    logs: "endpoint",
    text: lines(
      "fields @timestamp, Model, version, LatencyMs, rows, status, requestId, predictionId, traceId",
      "filter ispresent(LatencyMs)",
      "sort LatencyMs desc",
      "limit 50",
    ),
  },
  {
    name: "latency-by-version",
    logs: "endpoint",
    text: lines(
      "filter ispresent(LatencyMs) and ispresent(version)",
      "stats count(*) as requests, pct(LatencyMs, 50) as p50Ms, pct(LatencyMs, 99) as p99Ms, max(rows) as mostRows by Model, version, bin(5m)",
    ),
  },
  {
    name: "errors-by-model",
    logs: "all",
    text: lines(
      'filter Errors > 0 or (level = "error" and not ispresent(path))',
      "fields coalesce(model, Model) as modelName, coalesce(`function`, method) as source",
      "stats count(*) as errors, latest(message) as lastMessage, max(@timestamp) as lastAt by modelName, source, error",
      "sort errors desc",
    ),
  },
  {
    name: "one-run",
    logs: "workflows",
    text: lines(
      "fields @timestamp, `function`, outcome, candidate, durationMs, error, message, requestId, traceId",
      'filter runId = "<run id>"',
      "sort @timestamp asc",
      "limit 1000",
    ),
  },
  {
    name: "failed-runs",
    logs: "workflows",
    text: lines(
      'filter outcome = "failed"',
      "stats count(*) as tries, latest(message) as lastMessage, max(@timestamp) as lastAt by model, runId, `function`, error",
      "sort lastAt desc",
      "limit 100",
    ),
  },
  {
    name: "one-request",
    logs: "endpoint",
    text: lines(
      "fields @timestamp, Model, model, version, status, LatencyMs, rows, error, message, path, requestId, predictionId, traceId",
      'filter requestId = "<id>" or predictionId = "<id>" or traceId = "<id>"',
      "sort @timestamp asc",
    ),
  },
  {
    name: "refused-requests",
    logs: "endpoint",
    text: lines(
      "filter Rejections > 0",
      "stats count(*) as refused, latest(requestId) as lastRequestId by Model, status, error, method, path",
      "sort refused desc",
      "limit 50",
    ),
  },
  {
    name: "cold-starts",
    logs: "all",
    text: lines(
      'filter @type = "REPORT" and ispresent(@initDuration)',
      "stats count(*) as coldStarts, avg(@initDuration) as meanMs, max(@initDuration) as longestMs by @log, bin(1h)",
      "sort coldStarts desc",
    ),
  },
  {
    name: "cost-by-function",
    logs: "all",
    // Memory is reported in bytes of a decimal megabyte; GB-seconds count 1,024 MB.
    text: lines(
      'filter @type = "REPORT"',
      "stats count(*) as invocations, sum(@billedDuration * @memorySize) / 1024000000000 as gbSeconds, max(@maxMemoryUsed / 1000000) as mostMemoryMb, max(@memorySize / 1000000) as memoryMb by @log",
      "sort gbSeconds desc",
    ),
  },
];
