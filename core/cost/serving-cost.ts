import type { Use } from "./cost-line.ts";
import { FUNCTION_SIZES } from "./function-sizes.ts";
import type { Measurements } from "./measurements.ts";
import { logFlushes, queueRequests } from "./prediction-log-use.ts";
import { BYTES_PER_GB, SECONDS_PER_MONTH } from "./prices.ts";
import { LAMBDA_LINES_BYTES, REQUEST_LINE_BYTES } from "./request-log-lines.ts";

export interface ServingLoad {
  /** Predictions a month. */
  readonly predictions: number;
  readonly rowsPerRequest: number;
  /** In place of the measured duration of a request. */
  readonly requestMs?: number;
  /** In place of the measured duration of an invocation that writes the log. */
  readonly logWriteMs?: number;
}

/** Requests, Errors, Rejections, LatencyMs: one metric each for the model. */
const METRICS_OF_A_MODEL = 4;
/** The endpoint asks for the aliases at most this often, each of its instances. */
const ALIASES_FRESH_S = 2;

/** How long the endpoint works on a request, in ms; null where nothing was measured. */
export function requestMs({ serving }: Measurements, load: ServingLoad): number | null {
  if (load.requestMs !== undefined) return load.requestMs;
  if (load.rowsPerRequest === 1) return serving.oneRow?.meanMs ?? null;
  return serving.batch ? serving.batch.meanMsPerRow * load.rowsPerRequest : null;
}

/** What answering so many predictions in a month uses, spread evenly over it, and logging them. */
export function servingUses(measured: Measurements, load: ServingLoad): readonly Use[] {
  const requests = load.predictions / load.rowsPerRequest;
  if (requests === 0) return [];
  const asked = `${requests.toLocaleString("en")} requests`;
  const ms = requestMs(measured, load);
  return [
    {
      item: "predict: requests",
      price: "lambdaUsdPerRequest",
      quantity: requests,
      how: asked,
    },
    compute(measured, { item: "predict", times: requests, ms, how: asked }),
    registryReads(requests, ms),
    ...logLines(requests, asked),
    {
      item: "traces",
      price: "xrayUsdPerTrace",
      quantity: traces(requests),
      how: "at most: the first request of each second, and 5% of the others",
    },
    {
      item: "metrics",
      price: "metricUsdPerMonth",
      quantity: METRICS_OF_A_MODEL,
      how: `${METRICS_OF_A_MODEL} metrics of the model, in every hour`,
    },
    ...predictionLogUses(measured, load, requests),
  ];
}

/**
 * Traces of a month: Lambda traces one request a second and 5% of the others.
 *
 * Source: "Visualize Lambda function invocations using AWS X-Ray", AWS Lambda developer guide.
 */
const traces = (requests: number): number => {
  const first = Math.min(requests, SECONDS_PER_MONTH);
  return first + 0.05 * (requests - first);
};

function compute(
  { platform }: Measurements,
  work: {
    readonly item: "predict" | "log-predictions";
    readonly times: number;
    readonly ms: number | null;
    readonly how: string;
  },
): Use {
  const { memoryMb } = FUNCTION_SIZES[work.item];
  const billedMs = work.ms === null ? null : Math.ceil(work.ms);
  return {
    item: `${work.item}: compute`,
    price:
      platform.architecture === "arm64" ? "lambdaArmUsdPerGbSecond" : "lambdaX86UsdPerGbSecond",
    quantity: billedMs === null ? null : ((memoryMb / 1_024) * (work.times * billedMs)) / 1_000,
    how: `${memoryMb} MB × ${billedMs === null ? "duration not measured" : `${billedMs} ms`} × ${work.how}`,
  };
}

/** Half a unit for each query of the aliases: eventually consistent, below 4 kB. */
function registryReads(requests: number, ms: number | null): Use {
  const instances = Math.max(1, Math.ceil((requests * (ms ?? 0)) / 1_000 / SECONDS_PER_MONTH));
  const queries = Math.min(requests, (instances * SECONDS_PER_MONTH) / ALIASES_FRESH_S);
  return {
    item: "registry reads",
    price: "dynamodbUsdPerReadUnit",
    quantity: queries / 2,
    how: `at most one query each ${ALIASES_FRESH_S} s and instance`,
  };
}

/** What CloudWatch keeps it compresses first, so that this is the most that it can be. */
function logLines(requests: number, asked: string): readonly Use[] {
  const bytes = REQUEST_LINE_BYTES + LAMBDA_LINES_BYTES;
  const quantity = (requests * bytes) / BYTES_PER_GB;
  const how = `${bytes} bytes × ${asked}`;
  return [
    { item: "log lines", price: "logsUsdPerGbIngested", quantity, how },
    {
      item: "log lines kept",
      price: "logsUsdPerGbMonth",
      quantity,
      how: `at most: ${how}, each month that they are kept`,
    },
  ];
}

/** From the queue to Parquet. */
function predictionLogUses(
  measured: Measurements,
  load: ServingLoad,
  requests: number,
): readonly Use[] {
  const { predictions, rowsPerRequest } = load;
  const { queuedBytes, loggedBytes } = measured.serving;
  const logWriteMs = load.logWriteMs ?? measured.serving.logWriteMs;
  const flushes = queuedBytes && logFlushes({ requests, rowsPerRequest, queuedBytes });
  const flushed =
    flushes === null
      ? "size not measured"
      : `${Math.ceil(flushes).toLocaleString("en")} invocations`;
  return [
    {
      item: "log: queue",
      price: "sqsUsdPerRequest",
      quantity: queuedBytes && requests * queueRequests(rowsPerRequest * queuedBytes),
      how: "sent, received ten at a time, removed ten at a time, by 64 kB",
    },
    {
      item: "log-predictions: requests",
      price: "lambdaUsdPerRequest",
      quantity: flushes,
      how: `at most: ${flushed}`,
    },
    flushes === null
      ? { ...compute(measured, { item: "log-predictions", times: 0, ms: null, how: flushed }) }
      : compute(measured, {
          item: "log-predictions",
          times: flushes,
          ms: logWriteMs,
          how: flushed,
        }),
    {
      item: "log: objects written",
      price: "s3UsdPerPut",
      quantity: flushes,
      how: "one file an invocation",
    },
    {
      item: "log: objects kept",
      price: "s3UsdPerGbMonth",
      quantity: loggedBytes && (predictions * loggedBytes) / BYTES_PER_GB,
      how: `${loggedBytes === null ? "size not measured" : `${Math.round(loggedBytes)} bytes`} × ${predictions.toLocaleString("en")} predictions, each month that they are kept`,
    },
  ];
}
