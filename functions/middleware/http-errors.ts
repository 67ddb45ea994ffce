import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import {
  HTTP_STATUS,
  InvalidInputError,
  PlatformError,
  RoutineError,
  TooManyRequestsError,
  UnavailableError,
} from "../../core/errors.ts";
import { errorFields } from "../../core/observability/error-fields.ts";
import { requestIdOf } from "./request-id.ts";
import { traceIdOf } from "./trace-id.ts";

/** Shape of an error's body, as the protocol of the request wants it. */
export type ErrorBodyOf = (
  event: Pick<APIGatewayProxyEventV2, "rawPath">,
  error: HttpError,
) => object;

export interface HttpErrorsOptions {
  readonly log: (line: object) => void;
  readonly bodyOf: ErrorBodyOf;
}

/** What a caller is told about an error. */
export interface HttpError {
  readonly error: string;
  readonly message: string;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

/** Seconds after which a version that was refused may have been replaced. */
const INTEGRITY_RETRY_SECONDS = 10;

/**
 * Turns a `PlatformError` into its HTTP answer. Anything else is a bug: the caller gets a bare 500.
 * What the caller is not told in full is logged: bugs, broken versions, dependencies that are down.
 */
export function httpErrors({
  log,
  bodyOf,
}: HttpErrorsOptions): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: (request) => {
      const { error, event } = request;
      const isKnown = error instanceof PlatformError;
      if (!isKnown || publicMessage(error) !== error.message) {
        const ids = { requestId: requestIdOf(event), traceId: traceIdOf(event) };
        log({ level: "error", ...ids, path: event.rawPath, ...errorFields(error) });
      }
      request.response = {
        statusCode: isKnown ? HTTP_STATUS[error.kind] : 500,
        headers: { "content-type": "application/json", ...(isKnown ? headersOf(error) : {}) },
        body: JSON.stringify(bodyOf(event, isKnown ? described(error) : UNEXPECTED)),
      };
    },
  };
}

const UNEXPECTED: HttpError = {
  error: "InternalError",
  message: "something went wrong here; it was logged under the request's id",
};

/** Messages about what lies behind the service name its parts; these stand in their place. */
const WITHOUT_INTERNALS = {
  unavailable: "something that this service needs is not available; try again later",
  integrity: "this version is damaged and is not served; try again later, or name another version",
} as const;

function publicMessage(error: PlatformError): string {
  if (error.kind === "integrity") return WITHOUT_INTERNALS.integrity;
  // what the code said is its author's, as its rows are
  if (error instanceof RoutineError) {
    return `routine ${error.routine} of the model failed; it was logged under the request's id`;
  }
  const isHidden = error instanceof UnavailableError && !error.isPublic;
  return isHidden ? WITHOUT_INTERNALS.unavailable : error.message;
}

function described(error: PlatformError): HttpError {
  const { name } = error;
  const message = publicMessage(error);
  return error instanceof InvalidInputError && error.issues.length > 0
    ? { error: name, message, issues: error.issues }
    : { error: name, message };
}

function headersOf(error: PlatformError): Record<string, string> {
  // Source: RFC 6750, section 3
  if (error.kind === "unauthorised") return { "www-authenticate": 'Bearer realm="millrace"' };
  if (error instanceof UnavailableError || error instanceof TooManyRequestsError)
    return { "retry-after": String(error.retryAfterSeconds) };
  return error.kind === "integrity" ? { "retry-after": String(INTEGRITY_RETRY_SECONDS) } : {};
}
