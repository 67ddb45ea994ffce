import type { APIGatewayProxyEventV2 } from "aws-lambda";

// Source: "Tracing header", AWS X-Ray developer guide: version, epoch in hex, 96 bits in hex.
const TRACE_ID = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})/;

/** The X-Ray trace that a request belongs to, as its header says; `undefined` if it is not traced. */
export const traceIdOf = ({
  headers,
}: Pick<APIGatewayProxyEventV2, "headers">): string | undefined =>
  TRACE_ID.exec(headers["x-amzn-trace-id"] ?? "")?.[1];
