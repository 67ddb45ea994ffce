import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { until } from "../fixtures/e2e/until.ts";
import type { Cloud } from "./cloud.ts";

/**
 * Runs a state machine to its end.
 *
 * @returns its output
 * @throws {Error} with its error and cause, if it did not succeed
 */
export async function execute(
  { stepFunctions }: Cloud,
  stateMachineArn: string,
  input: object,
): Promise<unknown> {
  const { executionArn } = await stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  const ended = await until<DescribeExecutionCommandOutput>(
    "the execution has ended",
    async () => {
      const execution = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status === "RUNNING" ? undefined : execution;
    },
    300_000,
  );
  if (ended.status !== "SUCCEEDED") {
    throw new Error(`execution ${ended.status}: ${ended.error}: ${ended.cause}`);
  }
  return JSON.parse(ended.output ?? "{}");
}
