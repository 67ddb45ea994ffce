import { Writable } from "node:stream";
import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { answerFirst, answerTasks, type Runtime } from "../../../functions/predict/answer-first.ts";
import { httpEvent } from "../../fixtures/http-event.ts";

/** What Lambda's runtime does with a streaming handler, as far as the order of things goes. */
function setUp() {
  const happened: string[] = [];
  const logged: object[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      happened.push(`wrote ${chunk}`);
      done();
    },
    final: (done) => {
      happened.push("ended");
      done();
    },
  });
  const runtime = {
    streamifyResponse: (handler: unknown) => handler,
    HttpResponseStream: {
      from: (writable: Writable, prelude: object) => {
        happened.push(JSON.stringify(prelude));
        return writable;
      },
    },
  } as unknown as Runtime;
  const tasks = answerTasks((line) => void logged.push(line));
  const context = { callbackWaitsForEmptyEventLoop: true } as Context;
  const invoke = (answer: Parameters<typeof answerFirst>[1]) =>
    answerFirst(runtime, answer, tasks)(
      httpEvent("GET", "/v2"),
      stream as unknown as awslambda.HttpResponseStream,
      context,
    );
  return { happened, logged, tasks, context, invoke };
}

describe("answerFirst", () => {
  it("writes bytes as they are, which a function's answer has as base64", async () => {
    const { happened, invoke } = setUp();

    await invoke(async () => ({
      body: Buffer.from("bytes").toString("base64"),
      isBase64Encoded: true,
    }));

    expect(happened).toContain("wrote bytes");
  });

  it("ends the answer before the tasks run, and waits for them", async () => {
    const { happened, tasks, context, invoke } = setUp();
    const headers = { "content-type": "application/json" };

    await invoke(async () => {
      tasks.add(async () => {
        await Promise.resolve();
        happened.push("logged");
      });
      return { statusCode: 200, headers, body: "{}" };
    });

    expect(happened).toEqual([
      JSON.stringify({ statusCode: 200, headers }),
      "wrote {}",
      "ended",
      "logged",
    ]);
    expect(context.callbackWaitsForEmptyEventLoop).toBe(false);
  });

  it("runs each task once, the others also where one fails, and says which failed", async () => {
    const { happened, logged, tasks, invoke } = setUp();
    tasks.add(() => Promise.reject(new Error("queue is full")));
    tasks.add(async () => void happened.push("second"));

    await invoke(async () => ({ statusCode: 200, body: "{}" }));
    await tasks.run();

    expect(happened.filter((what) => what === "second")).toHaveLength(1);
    expect(logged).toEqual([expect.objectContaining({ error: "Error: queue is full" })]);
  });
});
