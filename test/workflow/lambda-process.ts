import { flushCompileCache } from "node:module";
import { Writable } from "node:stream";
import type { FromProcess, ToProcess } from "./function-process.ts";

/** What Lambda's runtime makes of a streamed answer. */
class AnswerStream extends Writable {
  metadata: object = {};
  readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

type Handler = (event: unknown, ...rest: readonly unknown[]) => Promise<unknown>;

const STREAMED = Symbol("answers in a stream");

Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: Handler) => Object.assign(handler, { [STREAMED]: true }),
    HttpResponseStream: {
      from: (stream: AnswerStream, metadata: object) => Object.assign(stream, { metadata }),
    },
  },
});

/** Lambda's Node.js runtime over a pipe: loads a function's package once, then answers its events. */
const loaded: Promise<{ readonly handler: Handler }> = import(process.argv[2] ?? "");
// What is compiled once is not compiled again by the next instance; one that is killed writes nothing.
// A package that does not load is told to whoever invokes it.
loaded.then(
  () => flushCompileCache(),
  () => {},
);

process.on("message", async ({ event, requestId }: ToProcess) => {
  const context = { awsRequestId: requestId, callbackWaitsForEmptyEventLoop: true };
  process.send?.(await outcome(event, context));
});
process.once("disconnect", () => process.exit(0));

async function outcome(event: unknown, context: object): Promise<FromProcess> {
  try {
    const { handler } = await loaded;
    if (!(STREAMED in handler)) return { output: await handler(event, context) };
    const stream = new AnswerStream();
    await handler(event, stream, context);
    const body = Buffer.concat(stream.chunks).toString();
    return { output: { ...stream.metadata, body } };
  } catch (thrown) {
    const { name, message, stack = "" } = thrown as Error;
    return { error: { name, message, stack } };
  }
}
