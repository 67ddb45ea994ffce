import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { AwsV4Signer } from "aws4fetch";

export interface SignedRequest {
  readonly url: URL;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** What AWS_ENDPOINT_URL says; Function URLs are told apart by `Host` there. @default the URL's own host */
  readonly endpoint?: string | undefined;
}

const TIMEOUT_MS = 35_000;

/** GETs a Function URL as an application with these credentials would: signed for service `lambda`. */
export async function askSigned({ url, region, credentials, endpoint }: SignedRequest) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new AwsV4Signer({
    ...{ accessKeyId, secretAccessKey, region, service: "lambda", url: url.href, method: "GET" },
    ...(sessionToken !== undefined && { sessionToken }),
  });
  const { headers } = await signer.sign();
  const { protocol, hostname, port } = new URL(endpoint ?? url.href);
  const request = protocol === "http:" ? requestHttp : requestHttps;

  return new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    const options = {
      ...{ hostname, port, path: url.pathname },
      headers: { ...Object.fromEntries(headers), host: url.host },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    const sent = request(options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}
