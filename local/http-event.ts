import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { InvalidInputError, TooLargeError } from "../core/errors.ts";

export interface RequestReading {
  readonly requestId: string;
  /** When the request came, milliseconds since 1970-01-01T00:00:00Z. */
  readonly timeMs: number;
  /** A body that grows beyond it is not kept. */
  readonly mostBodyBytes: number;
}

/**
 * A request of node:http as the event that a Lambda Function URL gives its function (payload format
 * 2.0): text as it is, anything else in base64.
 *
 * Source: "Invoking Lambda function URLs", request payload format, AWS Lambda developer guide.
 *
 * @throws {TooLargeError} if the body has more bytes than allowed; the rest is read and thrown away.
 * @throws {InvalidInputError} if the caller hangs up before the end of its body.
 */
export async function eventOfRequest(
  request: IncomingMessage,
  { requestId, timeMs, mostBodyBytes }: RequestReading,
): Promise<APIGatewayProxyEventV2> {
  const body = await readBody(request, mostBodyBytes);
  const { method = "GET", url = "/" } = request;
  const mark = url.indexOf("?");
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const headers = plainHeaders(request);
  // Bytes under a type of text would be lost as text.
  const isText = isTextType(headers["content-type"]) && isUtf8(body);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: mark < 0 ? "" : url.slice(mark + 1),
    headers,
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: headers.host ?? "localhost",
      domainPrefix: "local",
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: new Date(timeMs).toISOString(),
      timeEpoch: Math.trunc(timeMs),
    },
    isBase64Encoded: body.length > 0 && !isText,
    ...(body.length > 0 ? { body: body.toString(isText ? "utf8" : "base64") } : {}),
  };
}

/** Writes what a function answered. */
export function writeAnswer(
  response: ServerResponse,
  { statusCode = 200, headers = {}, body = "", isBase64Encoded }: APIGatewayProxyStructuredResultV2,
): void {
  const bytes = isBase64Encoded ? Buffer.from(body, "base64") : body;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  response.setHeader("content-length", Buffer.byteLength(bytes));
  response.writeHead(statusCode);
  response.end(bytes);
}

function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // What comes after the limit still flows, into nothing: the caller is answered over the same
    // socket, and one whose request is not read to its end often does not see the answer.
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
      else reject(new TooLargeError(`body has more than ${mostBytes} bytes; send less at once`));
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", (cause) =>
      reject(new InvalidInputError("request broke off before the end of its body", { cause })),
    );
  });
}

function plainHeaders({
  headers,
  headersDistinct,
}: Pick<IncomingMessage, "headers" | "headersDistinct">): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(",") : value;
  }
  // of two, node:http keeps the first alone; a Function URL joins them
  if (headers.authorization !== undefined) {
    plain.authorization = (headersDistinct.authorization ?? []).join(",");
  }
  return plain;
}

/** Clients that name no type send JSON as often as not, and curl's default is a form: both are text. */
function isTextType(type: string | undefined): boolean {
  return (
    type === undefined || /^(text\/|application\/(json|x-www-form-urlencoded)|.*\+json)/i.test(type)
  );
}
