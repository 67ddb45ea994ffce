import { CANNOT_BE_CREATED, synthesizeBroken } from "../broken-assembly.ts";
import { withoutLoss } from "../kept.ts";
import { askServer } from "../predictions.ts";
import { BROKEN, contextOf, MENDED } from "../releases.ts";
import { succeeded } from "../run-cdk.ts";
import { describedStack, madeResources, stackEvents } from "../stack.ts";
import type { Step } from "../step.ts";
import { whilePredicting } from "../while-predicting.ts";

export const failHalfway: Step = {
  name: "deploy a change that fails halfway, while clients predict",
  async run(world) {
    const { cloud, cdk } = world;
    const app = await synthesizeBroken(world, BROKEN);
    const before = await madeResources(cloud);
    const { version: good } = await askServer(cloud);
    const seen = new Set((await stackEvents(cloud)).map(({ EventId }) => EventId));

    const answered = await withoutLoss(world, () =>
      whilePredicting(world, async () => {
        const { status, text } = await cdk("deploy", "--app", app, "--require-approval", "never");
        if (status === 0) throw new Error(`it was deployed: ${text}`);
      }),
    );

    const { StackStatus } = await describedStack(cloud);
    const { version } = await askServer(cloud);
    const after = await madeResources(cloud);
    if (StackStatus !== "UPDATE_ROLLBACK_COMPLETE" || version !== good) {
      throw new Error(`the stack is ${StackStatus}, and ${version} answers`);
    }
    if (JSON.stringify(after) !== JSON.stringify(before)) {
      throw new Error("the stack has other resources than before");
    }
    const events = (await stackEvents(cloud)).filter(({ EventId }) => !seen.has(EventId));
    const failed = events.find(({ ResourceStatus }) => ResourceStatus?.endsWith("_FAILED"));
    const predict = events.filter(({ LogicalResourceId }) =>
      /Predict/.test(`${LogicalResourceId}`),
    );
    if (failed?.LogicalResourceId !== CANNOT_BE_CREATED || predict.length === 0) {
      throw new Error(`${failed?.LogicalResourceId} failed, ${predict.length} events of predict`);
    }
    return `${events.length} events, rolled back; ${answered} predictions, none failed; the functions of before answer`;
  },
};

export const deployMended: Step = {
  name: "cdk deploy after it",
  async run(world) {
    const { cloud, cdk } = world;
    await withoutLoss(world, async () =>
      succeeded(await cdk("deploy", "--require-approval", "never", ...contextOf(MENDED))),
    );

    const { StackStatus } = await describedStack(cloud);
    const { version } = await askServer(cloud);
    if (StackStatus !== "UPDATE_COMPLETE" || version !== MENDED.gitCommit) {
      throw new Error(`the stack is ${StackStatus}, and ${version} answers`);
    }
    return "deployed; the new functions answer";
  },
};
