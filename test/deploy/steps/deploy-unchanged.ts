import { withoutLoss } from "../kept.ts";
import { contextOf, FIRST } from "../releases.ts";
import { succeeded } from "../run-cdk.ts";
import { stackEvents } from "../stack.ts";
import type { Step } from "../step.ts";

export const deployUnchanged: Step = {
  name: "cdk deploy again, unchanged",
  async run(world) {
    const { cloud, cdk } = world;
    const before = await stackEvents(cloud);

    const text = await withoutLoss(world, async () =>
      succeeded(await cdk("deploy", "--require-approval", "never", ...contextOf(FIRST))),
    );

    const after = await stackEvents(cloud);
    if (!text.includes("(no changes)") || after.length !== before.length) {
      throw new Error(`${after.length - before.length} events followed: ${text}`);
    }
    return "no changes, no event of the stack";
  },
};
