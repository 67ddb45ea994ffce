import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { startDynamodbServer } from "../../local/dynamodb-server.ts";
import { conditionalFauxqs } from "../contract/conditional-fauxqs.ts";
import { type Asked, isAllowed, type Statement } from "./iam-policy.ts";
import { ACCESS_DENIED, type Answer, credentialsOf, THROTTLED } from "./service-answers.ts";
import { type Service, type ServiceCall, serviceCall } from "./service-calls.ts";
import { REGION } from "./template-values.ts";

/** What becomes of a call: it is done, answered that there are too many, refused, or never arrives. */
export type Fate = "done" | "throttled" | "denied" | "lost";

export interface GuardRules {
  /** Policy of the role that an access key id belongs to. */
  readonly policyOf: (caller: string) => readonly Statement[];
  /** Asked before a call is done. */
  readonly before: (call: ServiceCall) => Fate;
  /** Told when a call was done, before the caller hears of it. */
  readonly after: (call: ServiceCall) => void;
  /** Told what was asked of a service, and whether it was allowed. */
  readonly onAsked: (caller: string, asked: Asked, allowed: boolean) => void;
}

export interface GuardedServices {
  /** Where callers reach every service; IAM is enforced. */
  readonly endpoint: string;
  /** Without IAM, for tests that look behind it. */
  readonly direct: { readonly dynamodb: string; readonly others: string };
  readonly stop: () => Promise<void>;
}

/**
 * S3, SQS, SNS and DynamoDB on loopback behind one endpoint that does what none of their emulators
 * does: it allows a call only if the policy of the caller's role does, as IAM would.
 */
export async function guardedServices(folder: string, rules: GuardRules): Promise<GuardedServices> {
  const others = await conditionalFauxqs();
  const dynamodb = await startDynamodbServer(join(folder, "dynamodb.sqlite"), "");
  const direct = { dynamodb: dynamodb.endpoint, others: others.address };
  const server = createServer((incoming, outgoing) => {
    guard(incoming, outgoing, rules, direct).catch((error: Error) => {
      answer(outgoing, { status: 501, headers: {}, body: error.message });
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    direct,
    async stop() {
      server.closeAllConnections();
      server.close();
      await others.stop();
      await dynamodb.stop();
    },
  };
}

async function guard(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  rules: GuardRules,
  direct: GuardedServices["direct"],
): Promise<void> {
  const { method = "", headers } = incoming;
  const url = new URL(incoming.url ?? "", "http://127.0.0.1");
  const container = /^\/credentials\/(.+)$/.exec(url.pathname)?.[1];
  if (container !== undefined) return answer(outgoing, credentialsOf(container));
  const body = await buffer(incoming);
  const call = serviceCall({ method, url, headers, body });

  const mayDo = (asked: Asked) => {
    const allowed = isAllowed(rules.policyOf(call.caller), asked);
    rules.onAsked(call.caller, asked, allowed);
    return allowed;
  };
  if (!call.asked.map(mayDo).every(Boolean)) return answer(outgoing, ACCESS_DENIED[call.service]);

  const fate = rules.before(call);
  if (fate === "lost") return void outgoing.destroy();
  if (fate === "throttled") return answer(outgoing, THROTTLED[call.service]);
  if (fate === "denied") return answer(outgoing, ACCESS_DENIED[call.service]);

  const target = call.service === "dynamodb" ? direct.dynamodb : direct.others;
  const upstream = await forward(incoming, asKnownUpstream(body, call, target), target);
  const answered = await buffer(upstream);
  // S3 tells that an object is missing only to those who may list its bucket.
  // Source: "GetObject", Amazon S3 API reference.
  const bucket = missingFrom(call.service, upstream.statusCode, url);
  if (bucket !== undefined && !mayDo({ action: "s3:ListBucket", resource: bucket })) {
    return answer(outgoing, ACCESS_DENIED.s3);
  }
  rules.after(call);
  if (outgoing.destroyed) return;
  outgoing.writeHead(upstream.statusCode ?? 502, upstream.headers);
  outgoing.end(answered);
}

function missingFrom(service: Service, status: number | undefined, url: URL): string | undefined {
  if (service !== "s3" || status !== 404) return undefined;
  return `arn:aws:s3:::${url.pathname.split("/")[1]}`;
}

async function forward(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  target: string,
): Promise<IncomingMessage> {
  const sent = request(new URL(url ?? "", target), {
    method,
    // A body that was sent in chunks has no length, and must not get one.
    headers: headers["content-length"]
      ? { ...headers, "content-length": body.byteLength }
      : headers,
    agent: false,
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return response;
}

/** The emulator of SQS knows a queue by an address of its own, whose host name nobody can resolve. */
function asKnownUpstream(body: Buffer, { service }: ServiceCall, target: string): Buffer {
  if (service !== "sqs") return body;
  const queues = `"QueueUrl":"http://sqs.${REGION}.localhost:${new URL(target).port}/`;
  return Buffer.from(body.toString().replace(/"QueueUrl":"http:\/\/127\.0\.0\.1:\d+\//, queues));
}

function answer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, headers);
  outgoing.end(body);
}
