import { createHash, createHmac } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { isSameText } from "../core/access/access-token.ts";
import type { Clock } from "../core/ports/clock.ts";
import { canonicalRequest, type SignedRequest, signedRequestOf } from "./sigv4-request.ts";

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Puts who signed into the event. @returns why a request is refused */
export type Authorize = (event: APIGatewayProxyEventV2) => string | undefined;

// Source: "Troubleshoot AWS API requests", AWS IAM user guide: five minutes.
const MOST_SKEW_MS = 5 * 60_000;
const SERVICE = "lambda";
const UNSIGNED = "Missing Authentication Token";
const WRONG = "The request signature we calculated does not match the signature you provided";

/**
 * Verifies Signature Version 4 of service "lambda" as a Function URL of type AWS_IAM does, against one key;
 * in any region.
 *
 * Source: "Create a signed AWS API request", AWS IAM user guide.
 */
export function functionUrlIam({ accessKeyId, secretAccessKey }: KeyPair, clock: Clock): Authorize {
  return (event) => {
    const signed = signedRequestOf(event);
    if (signed === undefined) return UNSIGNED;
    const { scope, at } = signed;
    if (scope.accessKeyId !== accessKeyId || scope.service !== SERVICE) return WRONG;
    if (!(Math.abs(clock() - at) <= MOST_SKEW_MS)) return "Signature expired";
    if (!isSameText(signatureOf(event, signed, secretAccessKey), signed.signature)) return WRONG;
    Object.assign(event.requestContext, { authorizer: { iam: principal(accessKeyId) } });
    return undefined;
  };
}

function signatureOf(
  event: APIGatewayProxyEventV2,
  signed: SignedRequest,
  secretAccessKey: string,
): string {
  const { scope, date } = signed;
  const scopeText = `${scope.day}/${scope.region}/${scope.service}/aws4_request`;
  const payloadHash = hashOf(
    Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
  );
  const canonical = canonicalRequest(event, signed, payloadHash);
  const text = ["AWS4-HMAC-SHA256", date, scopeText, hashOf(canonical)].join("\n");
  const parts = [scope.day, scope.region, scope.service, "aws4_request"];
  const key = parts.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, text).toString("hex");
}

const hashOf = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

/** As of a user of no account. */
const principal = (accessKey: string) => ({
  ...{ accessKey, accountId: "000000000000", callerId: accessKey, userId: accessKey },
  userArn: `arn:aws:iam::000000000000:user/${accessKey}`,
  cognitoIdentity: null,
  principalOrgId: null,
});
