import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { PredictionRequest, Target } from "../../core/inference/predictor.ts";
import { callerOf } from "../middleware/callers.ts";
import { requestIdOf } from "../middleware/request-id.ts";
import type { PathParameters } from "../middleware/router.ts";
import { traceIdOf } from "../middleware/trace-id.ts";

export const targetOf = ({ model = "", version }: PathParameters): Target => ({ model, version });

/** What the caller wants its requests to be routed by, in a header that every protocol may carry. */
export const routingKeyOf = ({ headers }: APIGatewayProxyEventV2): string | undefined =>
  headers["x-millrace-routing-key"];

/** What a prediction is asked for by, whatever the protocol: all of the request but its rows. */
export const asked = (
  event: APIGatewayProxyEventV2,
  parameters: PathParameters,
): Omit<PredictionRequest, "rowsOf"> => ({
  target: targetOf(parameters),
  requestId: requestIdOf(event),
  traceId: traceIdOf(event),
  routingKey: routingKeyOf(event),
  caller: callerOf(event)?.name,
});
