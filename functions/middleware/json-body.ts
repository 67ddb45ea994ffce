import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { InvalidInputError } from "../../core/errors.ts";
import { bodyText, checkType } from "./request-body.ts";

/**
 * The body of a request as JSON.
 *
 * @throws {UnsupportedTypeError} if the caller says that it is something else.
 * @throws {TooLargeError} if it has more than 6 MiB.
 * @throws {InvalidInputError} if there is none, or it is not JSON in UTF-8; the message says where.
 */
export function jsonBody(event: APIGatewayProxyEventV2): unknown {
  checkType(event);
  return parsedJson(bodyText(event));
}

/** @throws {InvalidInputError} if the text is not JSON; the message says where */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError(`body is not JSON: ${(cause as SyntaxError).message}`, { cause });
  }
}
