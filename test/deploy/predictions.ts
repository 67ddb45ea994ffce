import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { AwsV4Signer } from "aws4fetch";
import { type Cloud, CREDENTIALS, REGION } from "./cloud.ts";
import { stackOutputs } from "./stack.ts";

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
  /** What each of them is. @default a flight of 2001 */
  readonly instance?: object;
}

/**
 * Asks the prediction URL, signed for its own host as an application on AWS signs. The request goes
 * to the emulator, which tells Function URLs apart by the `Host` header.
 */
export async function askPrediction(asking: Asking): Promise<Answer> {
  const { url, isSigned = true, rows = 1, instance = INSTANCE } = asking;
  const target = new URL(`models/${MODEL}/predictions`, url);
  const body = JSON.stringify({ instances: Array.from({ length: rows }, () => instance) });
  if (isSigned) return sendSigned(asking, target, { method: "POST", body });
  return send(asking, target, { method: "POST", body, headers: {} });
}

/** What a model answers. */
export interface Predicted {
  readonly version: number;
  readonly predictions: readonly { readonly predictionId: string; readonly probability: number }[];
  /** Features that could not be had; absent where all could. */
  readonly fallbacks?: readonly { readonly feature: string; readonly reason: string }[];
}

/** @throws {Error} unless the answer is 200 */
export async function predict(asking: Asking): Promise<Predicted> {
  return parsed(await askPrediction(asking));
}

/** Posts events of a stream. @throws {Error} unless all of them are taken */
export async function postEvents(
  { cloud, url }: Pick<Asking, "cloud" | "url">,
  stream: string,
  events: readonly object[],
): Promise<void> {
  const target = new URL(`streams/${stream}/events`, url);
  const body = JSON.stringify({ events });
  const answer = await sendSigned({ cloud, url }, target, { method: "POST", body });
  if (answer.status === 202 && JSON.parse(answer.body).accepted === events.length) return;
  throw new Error(`${target.pathname} answered ${answer.status}: ${answer.body}`);
}

/** What the endpoint says of itself: `version` is the commit that it was deployed from. */
export async function askServer(cloud: Cloud): Promise<{ readonly version: string }> {
  const { PredictionUrl: url } = await stackOutputs(cloud);
  return parsed(await sendSigned({ cloud, url }, new URL("v2", url), { method: "GET" }));
}

function parsed({ status, body }: Answer) {
  if (status !== 200) throw new Error(`the prediction URL answered ${status}: ${body}`);
  return JSON.parse(body);
}

interface Sent {
  readonly method: string;
  readonly body?: string;
}

async function sendSigned(asking: Asking, target: URL, sent: Sent): Promise<Answer> {
  const signer = new AwsV4Signer({
    ...CREDENTIALS,
    ...sent,
    url: target.href,
    headers: { "content-type": "application/json" },
    service: "lambda",
    region: REGION,
  });
  const { headers } = await signer.sign();
  return send(asking, target, { ...sent, headers: Object.fromEntries(headers) });
}

function send(
  { cloud, agent = new Agent() }: Asking,
  { pathname, host }: URL,
  { method, body, headers }: Sent & { readonly headers: OutgoingHttpHeaders },
): Promise<Answer> {
  const { hostname, port } = new URL(cloud.endpoint);
  const options = { hostname, port, path: pathname, method, headers: { ...headers, host }, agent };
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve({ status: 0, body: String(error) });
    const sent = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on("error", failed);
    });
    sent.on("error", failed);
    sent.end(body);
  });
}
