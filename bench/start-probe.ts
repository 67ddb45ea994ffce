/**
 * Loads the bundle in the current folder as Lambda does at a cold start and, if an event is given, lets it
 * answer it. Prints, as its last line, how long each took.
 */
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";

type Streaming = (event: unknown, stream: Writable, context: object) => Promise<void>;

let answer = "";
let statusCode = 0;
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

const startedAt = performance.now();
const { handler } = (await import(pathToFileURL("index.mjs").href)) as { handler: Streaming };
const loadedAt = performance.now();
const [event] = process.argv.slice(2);
if (event !== undefined) {
  const { promise: answered, resolve } = Promise.withResolvers<number>();
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      answer += chunk.toString();
      done();
    },
    final(done) {
      resolve(performance.now());
      done();
    },
  });
  const work = handler(JSON.parse(event), stream, {});
  const answeredAt = await Promise.race([answered, work.then(() => answered)]);
  await work;
  report({ answerMs: answeredAt - loadedAt, statusCode, answer });
} else report({});

function report(more: object): void {
  console.log(JSON.stringify({ loadMs: loadedAt - startedAt, ...more }));
  process.exit(0);
}
