import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { InvalidInputError, TooLargeError } from "../../core/errors.ts";

// "Lambda quotas", AWS Lambda developer guide: a synchronous invocation's payload.
export const MOST_BODY_BYTES = 6 * 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The body of a request as JSON.
 *
 * @throws {TooLargeError} if it has more than 6 MiB.
 * @throws {InvalidInputError} if there is none, or it is not JSON in UTF-8; the message says where.
 */
export function jsonBody({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  if (body === undefined || body === "") {
    throw new InvalidInputError("request has no body; send JSON");
  }
  // Base64 has 4 characters for 3 bytes.
  const sizeBytes = isBase64Encoded ? body.length * 0.75 : Buffer.byteLength(body);
  if (sizeBytes > MOST_BODY_BYTES) {
    throw new TooLargeError(
      `body has ${Math.floor(sizeBytes)} bytes; send at most ${MOST_BODY_BYTES}`,
    );
  }
  const text = isBase64Encoded ? decoded(body) : body;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError(`body is not JSON: ${(cause as SyntaxError).message}`, { cause });
  }
}

function decoded(base64: string): string {
  try {
    return utf8.decode(Buffer.from(base64, "base64"));
  } catch (cause) {
    throw new InvalidInputError("body is not UTF-8", { cause });
  }
}
