import { describe, expect, it } from "vitest";
import { functionUrlIam } from "../../../local/function-url-iam.ts";
import { httpEvent } from "../../fixtures/http-event.ts";

// Signed by AWS' own SignatureV4 of @smithy/signature-v4 5, with the example key of AWS' documentation.
const KEY = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const AT = Date.parse("2026-11-24T12:00:00Z");
const PATH = "/models/flight-delay/predictions";
const BODY = '{"instances":[{"distance":100}]}';
const SIGNATURE = "44ce69a971b4aef070bc1b1892d883b23998b2c292773517cd224922502df78f";
const HARD = {
  path: "/models/a:b/c d",
  query: "%C3%A9=x%20y&a-b=2&a=1",
  signature: "80541d4903a8ceea3028784f0156b927deb3c9ad8b453d9a1a78761dfc2b88c9",
};

const NAMES = "content-type;host;x-amz-content-sha256;x-amz-date";
const authorization = (signature: string, scope = "eu-west-1/lambda", names = NAMES) =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/${scope}/aws4_request, SignedHeaders=${names}, Signature=${signature}`;

const HEADERS = {
  host: "localhost:4700",
  "content-type": "application/json",
  "x-amz-date": "20261124T120000Z",
  "x-amz-content-sha256": "3c86e7f37bee2636051c189b975d1c8d8a442d2c245e40d57fbf7f56ce402b7d",
  authorization: authorization(SIGNATURE),
};

describe("a Function URL of AWS_IAM, locally", () => {
  it("lets a signed request pass, with who signed it", () => {
    const event = httpEvent("POST", PATH, BODY, { headers: HEADERS });

    expect(functionUrlIam(KEY, () => AT)(event)).toBeUndefined();
    expect(event.requestContext).toMatchObject({
      authorizer: { iam: { userArn: expect.stringContaining("user/AKIDEXAMPLE") } },
    });
  });

  it("verifies paths and queries that have to be encoded and sorted, and bodies in base64", () => {
    const headers = {
      ...HEADERS,
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      authorization: authorization(HARD.signature),
    };
    const hard = {
      ...httpEvent("GET", HARD.path, undefined, { headers }),
      rawQueryString: HARD.query,
    };
    const base64 = httpEvent("POST", PATH, Buffer.from(BODY).toString("base64"), {
      ...{ headers: HEADERS, isBase64Encoded: true },
    });

    const authorize = functionUrlIam(KEY, () => AT);
    expect([authorize(hard), authorize(base64)]).toEqual([undefined, undefined]);
    expect(authorize({ ...hard, rawQueryString: "a=1&a-b=3&%C3%A9=x%20y" })).toMatch("signature");
  });

  it.each<[string, Record<string, string>, string]>([
    ["no signature", { authorization: "" }, "Missing"],
    ["a token in its place", { authorization: `Bearer ${SIGNATURE}` }, "Missing"],
    [
      "a forged signature",
      { authorization: authorization(SIGNATURE.replace("44", "45")) },
      "signature",
    ],
    ["another service", { authorization: authorization(SIGNATURE, "eu-west-1/s3") }, "signature"],
    [
      "another region",
      { authorization: authorization(SIGNATURE, "us-east-1/lambda") },
      "signature",
    ],
    [
      "a host that is not signed",
      { authorization: authorization(SIGNATURE, undefined, "x-amz-date") },
      "Missing",
    ],
    ["another host", { host: "elsewhere" }, "signature"],
    ["another date", { "x-amz-date": "20261124T120001Z" }, "signature"],
    ["another day", { "x-amz-date": "20261125T120000Z" }, "Missing"],
    ["no date", { "x-amz-date": "" }, "Missing"],
  ])("refuses a request with %s", (_, changes, why) => {
    const event = httpEvent("POST", PATH, BODY, { headers: { ...HEADERS, ...changes } });
    expect(functionUrlIam(KEY, () => AT)(event)).toMatch(new RegExp(why, "i"));
    expect(event.requestContext).not.toHaveProperty("authorizer");
  });

  it("refuses another body, path, method and key, and dates that are five minutes off", () => {
    const event = (method = "POST", path = PATH, body = BODY) =>
      httpEvent(method, path, body, { headers: HEADERS });
    const authorize = functionUrlIam(KEY, () => AT);
    const other = functionUrlIam({ ...KEY, secretAccessKey: "other" }, () => AT);
    const at = (ms: number) => functionUrlIam(KEY, () => AT + ms)(event());

    expect([
      authorize(event("POST", PATH, "{}")),
      authorize(event("POST", "/models/churn/predictions")),
      authorize(event("PUT")),
      other(event()),
    ]).toEqual(Array(4).fill(expect.stringContaining("does not match")));
    expect([at(300_000), at(-300_000)]).toEqual([undefined, undefined]);
    expect([at(300_001), at(-300_001)]).toEqual(["Signature expired", "Signature expired"]);
  });
});
