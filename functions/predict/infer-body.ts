import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { InvalidInputError } from "../../core/errors.ts";
import { type InferRequest, parseInferRequest } from "../../core/inference/oip-request.ts";
import type { InferAnswer } from "../../core/inference/oip-response.ts";
import { shortened } from "../../core/shown-value.ts";
import { jsonBody, parsedJson } from "../middleware/json-body.ts";
import { bodyBytes, checkType, textOf } from "../middleware/request-body.ts";
import { jsonAnswer } from "../middleware/router.ts";

/** How many bytes of a body are JSON. Source: Triton's extension_binary_data.md. */
const HEADER = "inference-header-content-length";
const BINARY = "application/octet-stream";

/**
 * The inference request that a body holds: JSON, or JSON with the bytes of tensors behind it.
 *
 * @throws {InvalidInputError} if the header is no length, or says more than there is, and for each thing
 *   that is wrong in the request.
 * @throws as `jsonBody`
 */
export function inferRequestOf(event: APIGatewayProxyEventV2): InferRequest {
  const given = event.headers[HEADER];
  if (given === undefined && event.headers["content-type"] !== BINARY) {
    return parseInferRequest(jsonBody(event));
  }
  // Clients leave the type out, call it binary or, as the protocol's text, JSON.
  if (event.headers["content-type"] !== BINARY) checkType(event);
  const bytes = bodyBytes(event);
  const jsonBytes = given === undefined ? bytes.byteLength : lengthOf(given, bytes.byteLength);
  const json = parsedJson(textOf(bytes.subarray(0, jsonBytes)));
  return parseInferRequest(json, bytes.subarray(jsonBytes));
}

function lengthOf(header: string, bodyLength: number): number {
  const length = /^\d{1,9}$/.test(header) ? Number(header) : Number.NaN;
  if (length <= bodyLength) return length;
  throw new InvalidInputError(
    `header ${HEADER} must be how many of the ${bodyLength} bytes of the body are JSON, got ${shortened(header)}`,
  );
}

/** The answer in the form that the request asked for: JSON alone, or with bytes behind it. */
export function inferResponseOf({ json, binary }: InferAnswer): APIGatewayProxyStructuredResultV2 {
  if (binary.length === 0) return jsonAnswer(json);
  const text = Buffer.from(JSON.stringify(json));
  return {
    statusCode: 200,
    headers: { "content-type": BINARY, [HEADER]: String(text.byteLength) },
    body: Buffer.concat([text, ...binary]).toString("base64"),
    isBase64Encoded: true,
  };
}
