import { alertAbout } from "../alerts.ts";
import type { Cloud } from "../cloud.ts";
import { execute } from "../executions.ts";
import { MODEL } from "../predictions.ts";
import { queried } from "../query-api.ts";
import { madeResources, stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

const DENY = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Deny", Action: "dynamodb:*", Resource: "*" },
});

/** That everything else works means something only if what no policy allows does not. */
export const deny: Step = {
  name: "deny a function its registry",
  async run({ cloud }) {
    const { MonitoringStateMachineArn } = await stackOutputs(cloud);
    const role = `RoleName=${await roleOf(cloud, "CheckDrift")}&PolicyName=test-deny`;
    const iam = (action: string) => queried(cloud, "iam", `Action=${action}&Version=2010-05-08`);

    await iam(`PutRolePolicy&${role}&PolicyDocument=${encodeURIComponent(DENY)}`);
    const outcome = await execute(cloud, MonitoringStateMachineArn, { model: MODEL }).then(
      () => "succeeded",
      (error: unknown) => String(error),
    );
    await iam(`DeleteRolePolicy&${role}`);

    if (outcome === "succeeded") throw new Error("check-drift works without its registry");
    const { subject } = await alertAbout({ cloud, words: /monitoring failed/ });
    return `policies are enforced: monitoring failed; told: "${subject}"`;
  },
};

async function roleOf(cloud: Cloud, name: string): Promise<string> {
  const role = (await madeResources(cloud)).find(
    ({ type, logicalId }) => type === "AWS::IAM::Role" && logicalId.includes(name),
  );
  if (!role) throw new Error(`the stack has no role of ${name}`);
  return role.physicalId;
}
