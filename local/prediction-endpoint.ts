import type { IncomingMessage, ServerResponse } from "node:http";
import { HTTP_STATUS, TooLargeError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import {
  isHealthPath,
  type LoadGate,
  loadGate,
  type Memory,
  SHED_MESSAGE,
  SHED_RETRY_SECONDS,
} from "../functions/middleware/load-gate.ts";
import { errorBody } from "../functions/predict/error-body.ts";
import type { PredictHandler } from "../functions/predict/handler.ts";
import { answersCors } from "./cors.ts";
import type { Authorize } from "./function-url-iam.ts";
import { eventOfRequest, writeAnswer } from "./http-event.ts";
import { answerJson, type Respond } from "./http-server.ts";

/** Largest body that a Function URL takes. Source: AWS Lambda quotas, synchronous invocation payload. */
const MOST_BODY_BYTES = 6 * 1024 * 1024;

/** Answers HTTP requests by the predict function, over the event that a Function URL would send it. */
export function predictionEndpoint(options: {
  readonly handle: PredictHandler;
  readonly newRequestId: () => string;
  /** Origins whose pages may call. @default none */
  readonly allowedOrigins?: readonly string[];
  /** As AWS in front of a Function URL. Absent: every request goes on as it is. */
  readonly authorize?: Authorize | undefined;
  readonly clock: Clock;
  /** Milliseconds from any origin that only ever grow. */
  readonly stopwatch: () => number;
  /** Of the process. Absent: it is not looked at. */
  readonly memory?: Memory;
  /** Told of each request that was shed. */
  readonly onShed: () => void;
  /** Called when an answer is out. */
  readonly afterAnswer: () => void;
}): Respond {
  const gate = loadGate({ memory: options.memory }, options.stopwatch);
  const { allowedOrigins = [] } = options;
  return async (request, response) => {
    if (answersCors(allowedOrigins, request, response)) return;
    const giveBack = enter(gate, request);
    if (giveBack === undefined) {
      options.onShed();
      answerShed(request, response);
      return;
    }
    try {
      await answer(request, response);
    } finally {
      giveBack();
    }
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const event = await eventOfRequest(request, {
      requestId: options.newRequestId(),
      timeMs: options.clock(),
      mostBodyBytes: MOST_BODY_BYTES,
    }).catch((error: unknown) => answerTooLarge(request, response, error));
    if (event === undefined) return;
    const refused = options.authorize?.(event);
    if (refused !== undefined) answerJson(response, HTTP_STATUS.forbidden, { Message: refused });
    else writeAnswer(response, await options.handle(event));
    options.afterAnswer();
  }
}

const NOTHING = () => {};

/** Before its body is read, which is what takes the memory. */
function enter(gate: LoadGate, { url = "/", headers }: IncomingMessage): (() => void) | undefined {
  if (isHealthPath(url.split("?", 1)[0] as string)) return NOTHING;
  const isSentInPieces = headers["transfer-encoding"] !== undefined;
  const declared = Number(headers["content-length"] ?? (isSentInPieces ? MOST_BODY_BYTES : 0));
  return gate.enter(Math.min(declared, MOST_BODY_BYTES));
}

function answerShed(request: IncomingMessage, response: ServerResponse): void {
  // so that the connection is fit for the next request
  request.resume();
  response.setHeader("retry-after", String(SHED_RETRY_SECONDS));
  const error = { error: "UnavailableError", message: SHED_MESSAGE };
  answerJson(response, 503, errorBody({ rawPath: request.url ?? "/" }, error));
}

/** In the words of the path's protocol. @throws any other error */
function answerTooLarge(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (!(error instanceof TooLargeError)) throw error;
  const { name, message } = error;
  const body = errorBody({ rawPath: request.url ?? "/" }, { error: name, message });
  answerJson(response, HTTP_STATUS[error.kind], body);
}
