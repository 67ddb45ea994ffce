/**
 * Puts `awslambda`, which Lambda's Node.js runtime has and MiniStack's lacks, into a process that runs
 * functions; `with_stand_ins.py` loads it there before anything else.
 *
 * The answer is collected and handed over whole once the function has ended: eight NUL bytes part the
 * prelude (status and headers) from the body, as MiniStack's Function URL takes it. On AWS the caller
 * has the answer when the stream ends, before the function does.
 *
 * Source: "Writing response streaming-enabled Lambda functions", AWS Lambda developer guide.
 */
import { PassThrough, type Writable } from "node:stream";

interface Prelude {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
}

type StreamingHandler = (event: unknown, stream: Writable, context: unknown) => Promise<unknown>;

const preludes = new WeakMap<Writable, Prelude>();

const stand = {
  streamifyResponse: (handler: StreamingHandler) => async (event: unknown, context: unknown) => {
    const stream = new PassThrough();
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    await handler(event, stream, context);
    const prelude = JSON.stringify(preludes.get(stream) ?? {});
    return `${prelude}${"\0".repeat(8)}${Buffer.concat(parts).toString("utf8")}`;
  },
  HttpResponseStream: {
    from(stream: Writable, prelude: Prelude): Writable {
      preludes.set(stream, prelude);
      return stream;
    },
  },
};

Reflect.set(globalThis, "awslambda", stand);
