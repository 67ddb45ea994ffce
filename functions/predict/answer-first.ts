import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { PredictHandler } from "./handler.ts";

/** What Lambda's Node.js runtime offers under the global name `awslambda`. */
export type Runtime = Pick<typeof awslambda, "streamifyResponse" | "HttpResponseStream">;

/** Tasks of the request under way, to be run once its answer is out. */
export interface AnswerTasks {
  readonly add: (task: () => Promise<void>) => void;
  readonly run: () => Promise<void>;
}

/**
 * Collects tasks. An instance of a function answers one request at a time, so they need no name.
 *
 * @param log told of each task that failed; the others run all the same
 */
export function answerTasks(log: (line: object) => void): AnswerTasks {
  let waiting: (() => Promise<void>)[] = [];
  return {
    add: (task) => waiting.push(task),
    run: async () => {
      const tasks = waiting;
      waiting = [];
      for (const task of tasks) {
        await task().catch((error: unknown) => {
          log({ level: "error", message: "a task after the answer failed", error: String(error) });
        });
      }
    },
  };
}

/**
 * A streaming Lambda function that ends its answer, then runs the tasks: the caller has its answer
 * while the function still works. Needs the Function URL's invoke mode RESPONSE_STREAM.
 *
 * Source: "Writing response streaming-enabled Lambda functions", AWS Lambda developer guide. Bodies
 * must not be empty (aws-lambda-nodejs-runtime-interface-client issue 95: the call hangs); every
 * answer of the endpoint has one.
 */
export function answerFirst(
  { streamifyResponse, HttpResponseStream }: Runtime,
  handler: PredictHandler,
  tasks: AnswerTasks,
) {
  return streamifyResponse<APIGatewayProxyEventV2>(async (event, stream, context: Context) => {
    // Else the invocation lasts as long as a socket is kept alive.
    context.callbackWaitsForEmptyEventLoop = false;
    const answered = await handler(event, context);
    const { statusCode = 200, headers = {}, body = "{}", isBase64Encoded } = answered;
    const answer = HttpResponseStream.from(stream, { statusCode, headers });
    await new Promise<void>((resolve, reject) => {
      answer.once("error", reject);
      // a stream takes bytes as they are
      answer.end(isBase64Encoded ? Buffer.from(body, "base64") : body, resolve);
    });
    await tasks.run();
  });
}
