import { describe, expect, it } from "vitest";
import { failureError } from "../../../core/run/failure-error.ts";

const TASK = {
  TaskArn: "arn:aws:ecs:eu-central-1:123456789012:task/millrace/1f5c0de",
  StopCode: "EssentialContainerExited",
  StoppedReason: "Essential container in task exited",
  Containers: [
    {
      Name: "train",
      ExitCode: 137,
      Reason: "OutOfMemoryError: Container killed due to memory usage",
    },
  ],
};
const failed = (cause: object | string) => ({
  Error: "States.TaskFailed",
  Cause: typeof cause === "string" ? cause : JSON.stringify(cause),
});

describe("failureError", () => {
  it("takes name and message of what a function threw", () => {
    const Cause = JSON.stringify({ errorType: "DataContractError", errorMessage: "12 rows" });

    expect(failureError({ Error: "Lambda.Unknown", Cause })).toEqual({
      name: "DataContractError",
      message: "12 rows",
    });
  });

  it("says why a container was lost, and leaves its description out", () => {
    expect(failureError(failed(TASK))).toEqual({
      name: "States.TaskFailed",
      message:
        "task 1f5c0de stopped: Essential container in task exited (train: exit code 137, OutOfMemoryError: Container killed due to memory usage)",
    });
  });

  it.each<[string, object, string]>([
    [
      "a container that never started",
      { ...TASK, Containers: [{ Name: "train", Reason: "CannotPullContainerError" }] },
      "task 1f5c0de stopped: Essential container in task exited (train: did not start, CannotPullContainerError)",
    ],
    [
      "an exit without a reason",
      { ...TASK, Containers: [{ Name: "train", ExitCode: 1 }] },
      "task 1f5c0de stopped: Essential container in task exited (train: exit code 1)",
    ],
    [
      "a task without containers",
      { TaskArn: TASK.TaskArn },
      "task 1f5c0de stopped: no reason given",
    ],
  ])("says what is known of %s", (_name, cause, message) => {
    expect(failureError(failed(cause)).message).toBe(message);
  });

  it.each([
    ["plain text", "the state's time is over"],
    ["JSON of something else", '{"TaskArn":7}'],
    ["JSON that is no object", "7"],
  ])("keeps %s as it is, and the state's own name", (_name, cause) => {
    expect(failureError(failed(cause))).toEqual({ name: "States.TaskFailed", message: cause });
  });

  it("knows a name without a cause, and keeps no more than 4,000 characters", () => {
    expect(failureError({ Error: "States.Timeout" })).toEqual({
      name: "States.Timeout",
      message: "",
    });
    expect(failureError(failed("x".repeat(5_000))).message).toHaveLength(4_000);
  });
});
