import type { DeployedMachine } from "./deployment.ts";
import type { Asked } from "./iam-policy.ts";

/** Where a Distributed Map reads its items. */
export interface ItemsPlace {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * What a state machine's role must allow for a Distributed Map of its own.
 *
 * Source: "IAM policies for using Distributed Map states", AWS Step Functions developer guide.
 */
export function askedForMap(
  { arn, asl }: DeployedMachine,
  { Bucket, Key }: ItemsPlace,
): readonly Asked[] {
  const executions = arn.replace(":stateMachine:", ":execution:");
  const labels = [...asl.matchAll(/"Label": *"(\w+)"/g)].map(([, label]) => label);
  const children = labels.map((label) => `${executions}/${label}:child`);
  const on = (resources: readonly string[], ...actions: readonly string[]) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
  return [
    ...on([`arn:aws:s3:::${Bucket}/${Key}`], "s3:GetObject"),
    ...on([arn], "states:StartExecution"),
    ...on([`${executions}:own`, ...children], "states:DescribeExecution", "states:StopExecution"),
    ...on(children, "states:RedriveExecution"),
  ];
}
