import type { MiddlewareObj, Request } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { EmitMetrics } from "../../core/ports/metrics.ts";
import type { Facts } from "./request-facts.ts";
import { requestIdOf } from "./request-id.ts";
import { traceIdOf } from "./trace-id.ts";

export interface RequestMetricsOptions {
  readonly emit: EmitMetrics;
  /** Milliseconds from any origin that only ever grow. */
  readonly stopwatch: () => number;
  /** Dimensions of the request's metrics, from a bounded set. */
  readonly dimensionsOf: (event: APIGatewayProxyEventV2) => Readonly<Record<string, string>>;
  /** What else the request's line says. */
  readonly factsOf: (event: APIGatewayProxyEventV2) => Facts;
  /** Runs work that the caller does not wait for. */
  readonly afterAnswer: (task: () => Promise<void>) => void;
}

type HttpRequest = Request<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** Paths come from callers; a line of the log must not grow with them. */
const LONGEST_PATH = 200;

/**
 * Counts every request: `Requests`, `Errors` (the platform's fault, 5xx), `Rejections` (the caller's,
 * 4xx) and `LatencyMs`, written after the answer. The same line is the request's entry in the log: path,
 * status, the ids by which it is found elsewhere, and the error's name if there was one.
 */
export function requestMetrics({
  emit,
  stopwatch,
  dimensionsOf,
  factsOf,
  afterAnswer,
}: RequestMetricsOptions): MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2
> {
  const startedAt = new WeakMap<APIGatewayProxyEventV2, number>();

  const count = ({ event, response, error }: HttpRequest): void => {
    const now = stopwatch();
    const latencyMs = now - (startedAt.get(event) ?? now);
    const status = response?.statusCode ?? 500;
    afterAnswer(async () => {
      emit(
        dimensionsOf(event),
        [
          { name: "Requests", unit: "Count", value: 1 },
          { name: "Errors", unit: "Count", value: status >= 500 ? 1 : 0 },
          { name: "Rejections", unit: "Count", value: status >= 400 && status < 500 ? 1 : 0 },
          { name: "LatencyMs", unit: "Milliseconds", value: latencyMs },
        ],
        {
          requestId: requestIdOf(event),
          traceId: traceIdOf(event),
          method: event.requestContext.http.method,
          path: event.rawPath.slice(0, LONGEST_PATH),
          status,
          error: error?.name,
          ...factsOf(event),
        },
      );
    });
  };

  return {
    before: ({ event }) => {
      startedAt.set(event, stopwatch());
    },
    after: count,
    onError: count,
  };
}
