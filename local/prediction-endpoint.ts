import type { Clock } from "../core/ports/clock.ts";
import type { PredictHandler } from "../functions/predict/handler.ts";
import { eventOfRequest, writeAnswer } from "./http-event.ts";
import type { Respond } from "./http-server.ts";

/** Largest body that a Function URL takes. Source: AWS Lambda quotas, synchronous invocation payload. */
const MOST_BODY_BYTES = 6 * 1024 * 1024;

/** Answers HTTP requests by the predict function, over the event that a Function URL would send it. */
export function predictionEndpoint(options: {
  readonly handle: PredictHandler;
  readonly newRequestId: () => string;
  readonly clock: Clock;
  /** Called when an answer is out. */
  readonly afterAnswer: () => void;
}): Respond {
  return async (request, response) => {
    const event = await eventOfRequest(request, {
      requestId: options.newRequestId(),
      timeMs: options.clock(),
      mostBodyBytes: MOST_BODY_BYTES,
    });
    writeAnswer(response, await options.handle(event));
    options.afterAnswer();
  };
}
