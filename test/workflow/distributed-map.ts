import type { DeployedMachine } from "./deployment.ts";
import type { Asked } from "./iam-policy.ts";

/** Where a Distributed Map reads its items: in an object, or as the objects below a prefix. */
export type ItemsPlace =
  | { readonly Bucket: string; readonly Key: string }
  | { readonly Bucket: string; readonly Prefix: string };

/**
 * What a state machine's role must allow for a Distributed Map of its own.
 *
 * Source: "IAM policies for using Distributed Map states", AWS Step Functions developer guide.
 */
export function askedForMap({ arn, asl }: DeployedMachine, place: ItemsPlace): readonly Asked[] {
  const executions = arn.replace(":stateMachine:", ":execution:");
  const labels = [...asl.matchAll(/"Label": *"(\w+)"/g)].map(([, label]) => label);
  const children = labels.map((label) => `${executions}/${label}:child`);
  const on = (resources: readonly string[], ...actions: readonly string[]) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
  return [
    askedForItems(place),
    ...on([arn], "states:StartExecution"),
    ...on([`${executions}:own`, ...children], "states:DescribeExecution", "states:StopExecution"),
    ...on(children, "states:RedriveExecution"),
  ];
}

function askedForItems(place: ItemsPlace): Asked {
  const bucket = `arn:aws:s3:::${place.Bucket}`;
  if ("Key" in place) return { action: "s3:GetObject", resource: `${bucket}/${place.Key}` };
  const context = { "s3:prefix": place.Prefix };
  return { action: "s3:ListBucket", resource: bucket, context };
}
