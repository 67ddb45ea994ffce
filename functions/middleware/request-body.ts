import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { InvalidInputError, TooLargeError, UnsupportedTypeError } from "../../core/errors.ts";
import { shortened } from "../../core/shown-value.ts";

// "Lambda quotas", AWS Lambda developer guide: a synchronous invocation's payload.
export const MOST_BODY_BYTES = 6 * 1024 * 1024;

type BodyParts = Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded">;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The body of a request as text.
 *
 * @throws {TooLargeError} if it has more than 6 MiB.
 * @throws {InvalidInputError} if there is none, or it is not UTF-8.
 */
export function bodyText(event: BodyParts): string {
  if (event.isBase64Encoded) return textOf(bodyBytes(event));
  const { body } = event;
  if (body === undefined || body === "") throw new InvalidInputError("request has no body");
  checkSize(Buffer.byteLength(body));
  return body;
}

/** The body of a request as bytes. @throws as `bodyText`, but for UTF-8 */
export function bodyBytes({ body, isBase64Encoded }: BodyParts): Buffer {
  if (body === undefined || body === "") throw new InvalidInputError("request has no body");
  // Base64 has 4 characters for 3 bytes.
  if (isBase64Encoded) checkSize(Math.floor(body.length * 0.75));
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  checkSize(bytes.byteLength);
  return bytes;
}

/** @throws {InvalidInputError} if the bytes are not UTF-8 */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new InvalidInputError("body is not UTF-8", { cause });
  }
}

/** @throws {TooLargeError} */
export function checkSize(sizeBytes: number): void {
  if (sizeBytes <= MOST_BODY_BYTES) return;
  throw new TooLargeError(`body has ${sizeBytes} bytes; send at most ${MOST_BODY_BYTES}`);
}

/** Types that JSON comes as: curl names a form and fetch plain text where the caller names none. */
const JSON_TYPES = /^(application\/(json|x-www-form-urlencoded|[\w.-]+\+json)|text\/plain)$/;
const UTF8_CHARSETS = /^"?(utf-?8|us-ascii)"?$/;

/**
 * Fails where the caller says that the body is something else than is read here. No type at all is fine.
 *
 * @param isRead takes the type without its parameters, in lower case. @default JSON, under any name
 * @throws {UnsupportedTypeError}
 */
export function checkType(
  { headers }: Pick<APIGatewayProxyEventV2, "headers">,
  expected = "application/json",
  isRead = (type: string) => JSON_TYPES.test(type),
): void {
  const given = headers["content-type"];
  // what nearly every caller sends
  if (given === undefined || given === "" || given === "application/json") return;
  const [type = "", ...parameters] = given.toLowerCase().split(";");
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith("charset="));
  if (isRead(type.trim()) && (charset === undefined || UTF8_CHARSETS.test(charset.slice(8))))
    return;
  throw new UnsupportedTypeError(
    `content type ${shortened(given)} is not read here; send ${expected} in UTF-8`,
  );
}
