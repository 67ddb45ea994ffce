import { CANNOT_BE_CREATED, synthesizeBroken } from "../broken-assembly.ts";
import { NEVER } from "../releases.ts";
import { describedStack, stackEvents } from "../stack.ts";
import type { Step } from "../step.ts";

export const firstAttempt: Step = {
  name: "cdk deploy, failing halfway through the first time",
  async run(world) {
    const { cloud, cdk } = world;
    const app = await synthesizeBroken(world, NEVER);
    const { status } = await cdk("deploy", "--app", app, "--require-approval", "never");

    const { StackStatus } = await describedStack(cloud);
    if (status === 0 || StackStatus !== "ROLLBACK_COMPLETE") {
      throw new Error(`cdk exited with ${status} and the stack is ${StackStatus}`);
    }
    const events = await stackEvents(cloud);
    const count = (wanted: string) =>
      events.filter(({ ResourceStatus }) => ResourceStatus === wanted).length;
    const [failed] = events.filter(({ ResourceStatus }) => ResourceStatus === "CREATE_FAILED");
    if (failed?.LogicalResourceId !== CANNOT_BE_CREATED) {
      throw new Error(`${failed?.LogicalResourceId} failed: ${failed?.ResourceStatusReason}`);
    }
    return `${count("CREATE_COMPLETE")} resources made, then ${failed.LogicalResourceId} failed: ${count("DELETE_COMPLETE")} removed, ${count("DELETE_SKIPPED")} kept`;
  },
};
