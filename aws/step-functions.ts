import { type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { StartExecution } from "../core/ports/executions.ts";
import { callSdk, sdkErrorName } from "./sdk-errors.ts";

/**
 * Starts executions of a standard state machine. One that runs by the same name with the same input is
 * the answer; a name of one that has ended stays taken for 90 days.
 *
 * Source: "StartExecution", AWS Step Functions API reference.
 */
export function stepFunctionsStart(options: {
  readonly client: Pick<SFNClient, "send">;
  readonly stateMachineArn: string;
}): StartExecution {
  const { client, stateMachineArn } = options;
  return async (name, input) => {
    const command = new StartExecutionCommand({
      stateMachineArn,
      name,
      input: JSON.stringify(input),
    });
    try {
      await callSdk(`state machine ${stateMachineArn}`, () => client.send(command));
      return "running";
    } catch (error) {
      if (sdkErrorName(error) === "ExecutionAlreadyExists") return "ended";
      throw error;
    }
  };
}
