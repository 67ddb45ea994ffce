import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../../core/errors.ts";
import {
  type ExecutionEvent,
  ExecutionFailedError,
  localStateMachine,
} from "../../../local/state-machine.ts";

const asl = JSON.stringify({
  StartAt: "First",
  TimeoutSeconds: 60,
  States: {
    First: {
      Type: "Task",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the state machine
      Resource: "${StartRunArn}",
      TimeoutSeconds: 7,
      Parameters: { "name.$": "$$.Execution.Name", "x.$": "$.x" },
      ResultPath: "$.first",
      Retry: [{ ErrorEquals: ["UnavailableError"], IntervalSeconds: 1, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Each" }],
      Next: "Each",
    },
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      ItemSelector: { "item.$": "$$.Map.Item.Value" },
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "One",
        States: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the state machine
          One: { Type: "Task", Resource: "${TrainArn}", TimeoutSeconds: 5, End: true },
        },
      },
      ResultPath: "$.each",
      End: true,
    },
  },
});

const input = { x: 1, items: [1, 2] };
const options = { name: "run-1", retryDelayMs: 0 };

describe("localStateMachine", () => {
  it("invokes functions by the name in their placeholder, with their time limit", async () => {
    const calls: unknown[] = [];
    const machine = localStateMachine(asl, async (name, taskInput, { timeoutMs }) => {
      calls.push([name, taskInput, timeoutMs]);
      return `${name} done`;
    });

    const output = await machine.run(input, options);

    expect(calls).toEqual([
      ["start-run", { name: "run-1", x: 1 }, 7_000],
      ["train", { item: 1 }, 5_000],
      ["train", { item: 2 }, 5_000],
    ]);
    expect(output).toMatchObject({ first: "start-run done", each: ["train done", "train done"] });
  });

  it("retries by the error's name and says so", async () => {
    let left = 2;
    const events: ExecutionEvent[] = [];
    const machine = localStateMachine(asl, async (name) => {
      if (name === "start-run" && left-- > 0) throw new UnavailableError("busy");
      return 1;
    });

    await machine.run(input, { ...options, onEvent: (event) => events.push(event) });

    expect(events.filter(({ type }) => type === "retried")).toHaveLength(2);
  });

  it("gives a caught error as Lambda does: its name, and JSON text as cause", async () => {
    const machine = localStateMachine(asl, async (name) => {
      if (name === "start-run") throw new TypeError("broken");
      return 1;
    });

    const output = await machine.run(input, options);

    expect(output).toMatchObject({
      failure: {
        Error: "TypeError",
        Cause: expect.stringMatching(
          /^{"errorType":"TypeError","errorMessage":"broken","trace":\["TypeError: broken"," {4}at /,
        ),
      },
    });
  });

  it("fails when nothing catches an error", async () => {
    const machine = localStateMachine(asl, async (name) => {
      if (name === "train") throw new TypeError("broken");
      return 1;
    });

    await expect(machine.run(input, options)).rejects.toThrow(ExecutionFailedError);
  });
});
