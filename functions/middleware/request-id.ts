import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

const REQUEST_ID = "x-request-id";
/** What is echoed and logged: no line breaks, no unbounded text. */
const PLAIN_ID = /^[\w.:/=+-]{1,128}$/;

/** The caller's own id of the request where it sent a plain one, else the platform's. */
export function requestIdOf({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const given = headers[REQUEST_ID];
  return given !== undefined && PLAIN_ID.test(given) ? given : requestContext.requestId;
}

/** Puts the request's id on every answer, errors included. */
export function requestIdHeader(): MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2
> {
  const addHeader: NonNullable<ReturnType<typeof requestIdHeader>["after"]> = (request) => {
    const { response, event } = request;
    if (!response) return;
    request.response = {
      ...response,
      headers: { ...response.headers, [REQUEST_ID]: requestIdOf(event) },
    };
  };
  return { after: addHeader, onError: addHeader };
}
