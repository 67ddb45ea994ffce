import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** What a request says of its signature. */
export interface SignedRequest {
  readonly scope: {
    readonly accessKeyId: string;
    readonly day: string;
    readonly region: string;
    readonly service: string;
  };
  /** Names in lower case, sorted. */
  readonly signedHeaders: readonly string[];
  /** 64 digits of lower-case hex. */
  readonly signature: string;
  /** As the header `x-amz-date` has it. */
  readonly date: string;
  /** The same, milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([\w]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;_-]+), ?Signature=([0-9a-f]{64})$/;
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
/** Without these a signature could be sent again to another host, or at another time. */
const ALWAYS_SIGNED = ["host", "x-amz-date"];

/** @returns `undefined` where the request has no signature in its headers, or not a whole one */
export function signedRequestOf({
  headers,
}: Pick<APIGatewayProxyEventV2, "headers">): SignedRequest | undefined {
  const parts = AUTHORIZATION.exec(headers.authorization ?? "");
  const date = headers["x-amz-date"] ?? "";
  if (parts === null || !DATE.test(date)) return undefined;
  const [, accessKeyId, day, region, service, names, signature] = parts as unknown as string[];
  if (day !== date.slice(0, 8)) return undefined;
  const signedHeaders = (names as string).split(";");
  if (!ALWAYS_SIGNED.every((name) => signedHeaders.includes(name))) return undefined;
  const scope = { accessKeyId, day, region, service } as SignedRequest["scope"];
  const at = Date.parse(date.replace(DATE, "$1-$2-$3T$4:$5:$6Z"));
  return { scope, signedHeaders, signature: signature as string, date, at };
}

/** Source: "Create a canonical request", AWS IAM user guide; the path is encoded twice, but for S3. */
export function canonicalRequest(
  { requestContext, rawPath, rawQueryString, headers }: APIGatewayProxyEventV2,
  { signedHeaders }: Pick<SignedRequest, "signedHeaders">,
  payloadHash: string,
): string {
  const values = signedHeaders.map(
    (name) => `${name}:${(headers[name] ?? "").trim().replace(/ +/g, " ")}\n`,
  );
  return [
    requestContext.http.method,
    rawPath.split("/").map(encoded).join("/"),
    sortedQuery(rawQueryString),
    values.join(""),
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** As RFC 3986 has it: nothing but letters, digits and "-._~" stands for itself. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** By name, then by value: sorted as whole texts, `a-b` would stand before `a`. */
function sortedQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => compared(a, b) || compared(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

const compared = (a: string, b: string): number => Number(a > b) - Number(a < b);
