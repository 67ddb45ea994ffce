import { ArnFormat, Stack } from "aws-cdk-lib";
import { Policy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { acknowledgeWildcard } from "../acknowledge.ts";

interface AslState {
  readonly Type?: string;
  readonly Label?: string;
  readonly ItemProcessor?: { readonly ProcessorConfig?: { readonly Mode?: string } };
}

/**
 * Lets a state machine run the Distributed Maps of its own definition: each item is an execution of a
 * state machine that AWS makes of the Map, by the role of the whole. In a policy of its own, since it
 * names the state machine, which waits for its role's other policy.
 *
 * Source: "IAM policies for using Distributed Map states", AWS Step Functions developer guide.
 *
 * @param asl text of the definition
 * @throws {Error} if a Distributed Map has no `Label`, which names its executions
 */
export function allowDistributedMaps(stateMachine: StateMachine, asl: string): void {
  const states = Object.entries(JSON.parse(asl).States as Readonly<Record<string, AslState>>);
  const labels = states
    .filter(([, { ItemProcessor }]) => ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED")
    .map(([name, { Label }]) => {
      if (Label) return Label;
      throw new Error(`Distributed Map ${name} has no Label; give it one of at most 40 letters`);
    });
  if (labels.length === 0) return;

  const executions = (of: string) =>
    Stack.of(stateMachine).formatArn({
      service: "states",
      resource: "execution",
      resourceName: `${stateMachine.stateMachineName}${of}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const children = labels.map((label) => executions(`/${label}`));
  const allow = (actions: string[], resources: string[]) =>
    new PolicyStatement({ actions, resources });
  new Policy(stateMachine, "DistributedMaps", {
    roles: [stateMachine.role],
    statements: [
      allow(["states:StartExecution"], [stateMachine.stateMachineArn]),
      allow(["states:DescribeExecution", "states:StopExecution"], [executions(""), ...children]),
      allow(["states:RedriveExecution"], children),
    ],
  });
  for (const arn of [executions(""), ...children]) {
    acknowledgeWildcard(stateMachine, {
      arn,
      reason: "executions of this very state machine: their names do not exist before they do",
    });
  }
}
