import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stepFunctionsStart } from "../../../aws/step-functions.ts";
import { UnavailableError } from "../../../core/errors.ts";

const ARN = "arn:aws:states:us-east-1:111122223333:stateMachine:train";

/** What the service answers, and what it was asked. */
let answer = { status: 200, body: {} };
const asked: unknown[] = [];
const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => {
    text += chunk;
  });
  request.on("end", () => {
    asked.push([request.headers["x-amz-target"], JSON.parse(text)]);
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(answer.body));
  });
});
beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
afterAll(() => server.close());

const start = () => {
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return stepFunctionsStart({ client, stateMachineArn: ARN })("a-name", { model: "flight" });
};
const refuse = (type: string, status = 400) => {
  answer = { status, body: { __type: `com.amazonaws.states#${type}`, message: "said so" } };
};

describe("stepFunctionsStart", () => {
  it("starts an execution by its name, with its input as JSON", async () => {
    answer = { status: 200, body: { executionArn: "arn", startDate: 1 } };

    expect(await start()).toBe("running");
    expect(asked).toEqual([
      [
        "AWSStepFunctions.StartExecution",
        { stateMachineArn: ARN, name: "a-name", input: '{"model":"flight"}' },
      ],
    ]);
  });

  it("says that one of the name has ended", async () => {
    refuse("ExecutionAlreadyExists");

    expect(await start()).toBe("ended");
  });

  it("fails on what may pass as unavailable, and on all else as it is", async () => {
    refuse("ThrottlingException");
    await expect(start()).rejects.toThrow(UnavailableError);
    refuse("ExecutionLimitExceeded");
    await expect(start()).rejects.toThrow("said so");
    refuse("StateMachineDoesNotExist");
    await expect(start()).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });
});
