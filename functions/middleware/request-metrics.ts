import type { MiddlewareObj, Request } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { EmitMetrics } from "../../core/ports/metrics.ts";

export interface RequestMetricsOptions {
  readonly emit: EmitMetrics;
  /** Milliseconds from any origin that only ever grow. */
  readonly stopwatch: () => number;
  /** Dimensions of the request's metrics, from a bounded set. */
  readonly dimensionsOf: (event: APIGatewayProxyEventV2) => Readonly<Record<string, string>>;
  /** Runs work that the caller does not wait for. */
  readonly afterAnswer: (task: () => Promise<void>) => void;
}

type HttpRequest = Request<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/**
 * Counts every request: `Requests`, `Errors` (the platform's fault, 5xx), `Rejections` (the caller's,
 * 4xx) and `LatencyMs`, written after the answer.
 */
export function requestMetrics({
  emit,
  stopwatch,
  dimensionsOf,
  afterAnswer,
}: RequestMetricsOptions): MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2
> {
  const startedAt = new WeakMap<APIGatewayProxyEventV2, number>();

  const count = ({ event, response }: HttpRequest): void => {
    const now = stopwatch();
    const latencyMs = now - (startedAt.get(event) ?? now);
    const status = response?.statusCode ?? 500;
    afterAnswer(async () => {
      emit(dimensionsOf(event), [
        { name: "Requests", unit: "Count", value: 1 },
        { name: "Errors", unit: "Count", value: status >= 500 ? 1 : 0 },
        { name: "Rejections", unit: "Count", value: status >= 400 && status < 500 ? 1 : 0 },
        { name: "LatencyMs", unit: "Milliseconds", value: latencyMs },
      ]);
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
