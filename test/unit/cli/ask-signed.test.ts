import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { askSigned } from "../../../cli/doctor/ask-signed.ts";

/** A server that says what it was asked. */
async function listening() {
  const asked: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push({ url, headers });
    response.writeHead(200).end("ready");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { asked, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const url = new URL("https://abc.lambda-url.eu-central-1.on.aws/v2/health/ready");
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

describe("askSigned", () => {
  it("signs for the URL's own host and service lambda, wherever it is sent", async () => {
    const { asked, endpoint } = await listening();

    const answer = await askSigned({
      ...{ url, endpoint, region: "eu-central-1" },
      credentials: { ...credentials, sessionToken: "token" },
    });

    expect(answer).toEqual({ status: 200, body: "ready" });
    expect(asked).toMatchObject([
      {
        url: "/v2/health/ready",
        headers: {
          host: "abc.lambda-url.eu-central-1.on.aws",
          "x-amz-security-token": "token",
          authorization: expect.stringMatching(
            /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/lambda\/aws4_request, SignedHeaders=[\w;-]*host/,
          ),
        },
      },
    ]);
  });

  it("fails where nobody listens", async () => {
    const endpoint = "http://127.0.0.1:1";

    await expect(askSigned({ url, endpoint, region: "r", credentials })).rejects.toThrow(
      /ECONNREFUSED/,
    );
  });
});
