import { withoutLoss } from "../kept.ts";
import { askServer } from "../predictions.ts";
import { CHANGED, contextOf, FIRST } from "../releases.ts";
import { succeeded } from "../run-cdk.ts";
import { deployedTemplate, describedStack, type TemplateResource } from "../stack.ts";
import type { Step } from "../step.ts";
import { diffLines } from "../template-diff.ts";
import { whilePredicting } from "../while-predicting.ts";

export const showDiff: Step = {
  name: "cdk diff: another commit, logs kept for 30 days",
  async run({ cloud, cdk }) {
    const template = await deployedTemplate(cloud);

    const lines = diffLines(succeeded(await cdk("diff", ...contextOf(CHANGED))));

    const expected = Object.keys(template).filter((id) => isTouched(template[id]));
    const named = lines.map(({ sign, logicalId }) => `${sign} ${logicalId}`).sort();
    const wanted = expected.map((id) => `~ ${id}`).sort();
    if (named.join() !== wanted.join()) {
      throw new Error(`cdk diff names ${named.join(", ")}; changed were ${wanted.join(", ")}`);
    }
    const functions = lines.filter(({ type }) => type === "AWS::Lambda::Function").length;
    return `only what was changed: ${functions} functions that know the commit, ${lines.length - functions} that keep logs`;
  },
};

/** Whether one of the two values that the releases differ in is a property of the resource. */
function isTouched(resource: TemplateResource | undefined): boolean {
  const text = JSON.stringify(resource?.Properties ?? {});
  return (
    text.includes(`"${FIRST.gitCommit}"`) ||
    text.includes(`"RetentionInDays":${FIRST.logRetentionDays}`) ||
    text.includes(`"ExpirationInDays":${FIRST.logRetentionDays}`)
  );
}

export const deployChange: Step = {
  name: "deploy that, while clients predict",
  async run(world) {
    const { cloud, cdk } = world;
    const answered = await withoutLoss(world, () =>
      whilePredicting(world, async () => {
        succeeded(await cdk("deploy", "--require-approval", "never", ...contextOf(CHANGED)));
      }),
    );

    const { StackStatus } = await describedStack(cloud);
    const { version } = await askServer(cloud);
    if (StackStatus !== "UPDATE_COMPLETE" || version !== CHANGED.gitCommit) {
      throw new Error(`the stack is ${StackStatus}, and ${version} answers`);
    }
    return `${answered} predictions, none failed; registry, objects and champion as before`;
  },
};
