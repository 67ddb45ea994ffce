import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { AwsV4Signer } from "aws4fetch";
import type { Cloud } from "./cloud.ts";
import { CREDENTIALS, REGION } from "./cloud.ts";

export const MODEL = "flight-delay";
const INSTANCE = {
  date: "2001-06-03T17:10:00Z",
  origin: "ORD",
  destination: "LAX",
  distance: 1745,
};

export interface Answer {
  /** 0 where there was no answer. */
  readonly status: number;
  readonly body: string;
}

export interface Asking {
  readonly cloud: Cloud;
  /** The stack's `PredictionUrl`. */
  readonly url: string;
  /** @default an agent of the call's own */
  readonly agent?: Agent;
  /** @default true */
  readonly isSigned?: boolean;
  /** Rows in the request. @default 1 */
  readonly rows?: number;
}

/**
 * Asks the prediction URL, signed for its own host as an application on AWS signs. The request goes
 * to the emulator, which tells Function URLs apart by the `Host` header.
 */
export async function askPrediction(asking: Asking): Promise<Answer> {
  const { url, isSigned = true, rows = 1 } = asking;
  const target = new URL(`models/${MODEL}/predictions`, url);
  const body = JSON.stringify({ instances: Array.from({ length: rows }, () => INSTANCE) });
  const signer = new AwsV4Signer({
    ...CREDENTIALS,
    method: "POST",
    url: target.href,
    headers: { "content-type": "application/json" },
    body,
    service: "lambda",
    region: REGION,
  });
  const { headers } = isSigned ? await signer.sign() : { headers: new Headers() };
  return send(asking, target, { ...Object.fromEntries(headers), host: target.host }, body);
}

/** What a model answers. */
export interface Predicted {
  readonly version: number;
  readonly predictions: readonly { readonly predictionId: string; readonly probability: number }[];
}

/** @throws {Error} unless the answer is 200 */
export async function predict(asking: Asking): Promise<Predicted> {
  const { status, body } = await askPrediction(asking);
  if (status !== 200) throw new Error(`the prediction URL answered ${status}: ${body}`);
  return JSON.parse(body);
}

function send(
  { cloud, agent = new Agent() }: Asking,
  { pathname }: URL,
  headers: OutgoingHttpHeaders,
  body: string,
): Promise<Answer> {
  const { hostname, port } = new URL(cloud.endpoint);
  return new Promise((resolve) => {
    const sent = request(
      { hostname, port, path: pathname, method: "POST", headers, agent },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on("error", (error) => resolve({ status: 0, body: String(error) }));
      },
    );
    sent.on("error", (error) => resolve({ status: 0, body: String(error) }));
    sent.end(body);
  });
}
