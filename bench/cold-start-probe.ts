/**
 * A fresh process that does what Lambda does at a cold start: loads the bundle in the current folder, gives it
 * one event, takes the answer. `cold-start.ts` makes plain JavaScript of it first: stripping types is no work
 * of a cold start. Prints the instants of its phases, as milliseconds since 1970.
 *
 * Nothing inside the bundle is changed to be timed: the runtime is seen where Node.js opens its native
 * library, the model's bytes where the answers of HTTP requests end.
 */
import { subscribe } from "node:diagnostics_channel";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";

type Streaming = (event: unknown, stream: Writable, context: object) => Promise<void>;

const now = () => performance.timeOrigin + performance.now();
const begunAt = now();
let runtimeAt = 0;
let bytesAt = 0;
let answer = "";
let statusCode = 0;

const open = process.dlopen;
process.dlopen = (...given: Parameters<typeof open>) => {
  open.apply(process, given);
  runtimeAt = now();
};
subscribe("http.client.response.finish", () => {
  if (answer === "") bytesAt = now();
});

/** What Lambda's runtime gives to functions that stream. */
Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: Streaming) => handler,
    HttpResponseStream: {
      from: (stream: Writable, metadata: { statusCode: number }) => {
        statusCode = metadata.statusCode;
        return stream;
      },
    },
  },
});

const { handler } = (await import(pathToFileURL("index.mjs").href)) as { handler: Streaming };
const modulesAt = now();
let answeredAt = 0;
const stream = new Writable({
  write(chunk: Buffer, _encoding, done) {
    answer += chunk.toString();
    done();
  },
  final(done) {
    answeredAt = now();
    done();
  },
});
await handler(JSON.parse(process.argv[2] ?? "{}"), stream, {});
const instants = { begunAt, modulesAt, runtimeAt, bytesAt, answeredAt };
console.log(JSON.stringify({ ...instants, statusCode, answer }));
process.exit(0);
