import type { IncomingMessage, ServerResponse } from "node:http";
import { HTTP_STATUS, TooLargeError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import { errorBody } from "../functions/predict/error-body.ts";
import type { PredictHandler } from "../functions/predict/handler.ts";
import { eventOfRequest, writeAnswer } from "./http-event.ts";
import { answerJson, type Respond } from "./http-server.ts";

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
    }).catch((error: unknown) => answerTooLarge(request, response, error));
    if (event === undefined) return;
    writeAnswer(response, await options.handle(event));
    options.afterAnswer();
  };
}

/** In the words of the path's protocol. @throws any other error */
function answerTooLarge(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (!(error instanceof TooLargeError)) throw error;
  const { name, message } = error;
  const body = errorBody({ rawPath: request.url ?? "/" }, { error: name, message });
  answerJson(response, HTTP_STATUS[error.kind], body);
}
