import { PlatformError, UnavailableError } from "../core/errors.ts";

// Error names and codes after which the same call may succeed later. Source: "Common errors" in the
// API references of DynamoDB, S3, SQS and SNS; codes of Node's sockets.
const TRANSIENT =
  /^(Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|RequestThrottled|TooManyRequests|SlowDown|Internal(Server)?(Error|Failure)|ServiceUnavailable|RequestTimeout|TimeoutError|TransactionInProgress|ConditionalRequestConflict|OperationAborted|KMSThrottling|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)/;

/** Name of an error of the SDK, or the code of the socket's error behind it. */
export function sdkErrorName(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code, Code } = error as { code?: unknown; Code?: unknown };
  return [error.name === "Error" ? undefined : error.name, code, Code].find(
    (name) => typeof name === "string",
  ) as string;
}

/**
 * Makes an `UnavailableError` of what may succeed later; gives back everything else as it is.
 *
 * @param what the dependency in words, such as "the registry's table millrace"
 */
export function translated(error: unknown, what: string): unknown {
  if (error instanceof PlatformError || !(error instanceof Error)) return error;
  const { code, $retryable, $metadata } = error as {
    code?: unknown;
    $retryable?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const transient =
    TRANSIENT.test(error.name) ||
    TRANSIENT.test(String(code ?? "")) ||
    $retryable !== undefined ||
    ($metadata?.httpStatusCode ?? 0) >= 500;
  if (!transient) return error;
  return new UnavailableError(
    `${what} is not available: ${error.message || error.name}; try again later`,
    { cause: error },
  );
}

/** The call's answer. @throws {UnavailableError} as `translated` says. */
export async function callSdk<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translated(error, what);
  }
}
