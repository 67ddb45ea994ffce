import { type CfnElement, Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Records why one finding of cdk-nag on a construct, or below it, is meant to be so. */
export function acknowledge(scope: IConstruct, finding: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}

/**
 * Records why a role may use a wildcard resource below another resource's ARN.
 *
 * @param path what follows the ARN, such as `/datasets/*`
 */
export function acknowledgeWildcard(
  scope: IConstruct,
  { resource, path, reason }: { resource: IConstruct; path: string; reason: string },
): void {
  // cdk-nag names the finding by the resource's logical id.
  const logicalId = Stack.of(resource).getLogicalId(resource.node.defaultChild as CfnElement);
  acknowledge(scope, `IAM5[Resource::<${logicalId}.Arn>${path}]`, reason);
}
