import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Queue } from "../../core/ports/queue.ts";
import { FLIGHT, SERVED_MODEL, type ServedHere } from "../served-model/serve-here.ts";
import type { MeasuredRequest } from "./measured-inputs.ts";

/** How many requests of so many rows are timed: a multiple of GROUPS. */
const REQUESTS: Readonly<Record<number, number>> = { 1: 6_000, 10: 3_000, 100: 600, 1000: 80 };
const GROUPS = 20;

/** Bytes and messages that went through a queue. */
export interface QueueCount {
  readonly queue: Queue;
  bytes: number;
  messages: number;
}

/** A queue that keeps nothing: what it costs to send is the network's, and after the answer. */
export function countingQueue(): QueueCount {
  const counted: QueueCount = {
    queue: {
      send: async (body) => {
        counted.bytes += Buffer.byteLength(body);
        counted.messages += 1;
      },
    },
    bytes: 0,
    messages: 0,
  };
  return counted;
}

/** Times the predict function in this process at 1, 10, 100 and 1,000 rows a request. */
export async function measureRequests(
  served: ServedHere,
  counted: QueueCount,
): Promise<MeasuredRequest[]> {
  const measured: MeasuredRequest[] = [];
  for (const [rows, requests] of Object.entries(REQUESTS)) {
    measured.push(await measureRows(served, counted, Number(rows), requests));
  }
  return measured;
}

async function measureRows(
  served: ServedHere,
  counted: QueueCount,
  rows: number,
  requests: number,
): Promise<MeasuredRequest> {
  const event = eventOf(rows);
  let answerBytes = 0;
  const ask = async () => {
    const { statusCode, body = "" } = await served.handle({ ...event });
    if (statusCode !== 200) throw new Error(`predict answered ${statusCode}: ${body}`);
    answerBytes = Buffer.byteLength(body);
    served.afterAnswer();
    await served.settled();
  };
  for (let i = 0; i < requests / 5; i++) await ask();
  Object.assign(counted, { bytes: 0, messages: 0 });
  const times = new Float64Array(requests);
  const before = process.cpuUsage();
  for (let i = 0; i < requests; i++) {
    const startedAt = performance.now();
    await ask();
    times[i] = performance.now() - startedAt;
  }
  const { user, system } = process.cpuUsage(before);
  if (counted.messages === 0) throw new Error("the predictions were not logged");
  return {
    rows,
    processorMs: round((user + system) / 1_000 / requests),
    msTwentieths: twentieths(times.sort()),
    requestBytes: Buffer.byteLength(event.body ?? ""),
    answerBytes,
    queuedBytes: counted.bytes / requests,
    messages: Math.round(counted.messages / requests),
  };
}

/** Flights that all differ: equal ones would be scored once. */
function eventOf(rows: number): APIGatewayProxyEventV2 {
  const instances = Array.from({ length: rows }, (_, i) => ({ ...FLIGHT, distance: 100 + i }));
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: `/models/${SERVED_MODEL}/predictions`,
    rawQueryString: "",
    headers: { "content-type": "application/json" },
    requestContext: { requestId: "bench", http: { method: "POST" } },
    isBase64Encoded: false,
    body: JSON.stringify({ instances }),
  } as unknown as APIGatewayProxyEventV2;
}

/** Means of equal groups, from the shortest durations to the longest. */
const twentieths = (ascending: Float64Array): number[] =>
  Array.from({ length: GROUPS }, (_, group) => {
    const size = ascending.length / GROUPS;
    const part = ascending.subarray(group * size, (group + 1) * size);
    return round(part.reduce((sum, ms) => sum + ms, 0) / part.length);
  });

const round = (ms: number): number => Number(ms.toFixed(4));
