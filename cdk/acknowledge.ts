import { Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Records why one finding of cdk-nag on a construct, or below it, is meant to be so. */
export function acknowledge(scope: IConstruct, finding: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}

/** The same for a finding of cdk-nag's Serverless pack. */
export function acknowledgeServerless(scope: IConstruct, finding: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `Serverless-${finding}`, reason });
}

/**
 * Records why a role may use a wildcard resource.
 *
 * @param arn as it is granted: `bucket.arnForObjects("datasets/*")`
 */
export function acknowledgeWildcard(
  scope: IConstruct,
  { arn, reason }: { arn: string; reason: string },
): void {
  const acknowledgeAsNamed = () =>
    acknowledge(scope, `IAM5[Resource::${flat(Stack.of(scope).resolve(arn))}]`, reason);
  acknowledgeAsNamed();
  // What another stack holds has its name in this one only once references are resolved: after that,
  // and before cdk-nag looks, CDK asks constructs whether they are right.
  scope.node.addValidation({
    validate: () => {
      acknowledgeAsNamed();
      return [];
    },
  });
}

/** An ARN of a template as cdk-nag names it: `<LogicalId.Arn>/path`. */
function flat(value: unknown): string {
  if (typeof value === "string") return value;
  const { Ref, ...rest } = value as Partial<Record<string, unknown>>;
  const [delimiter, parts] = (rest["Fn::Join"] ?? []) as [string, readonly unknown[]];
  if (parts) return parts.map(flat).join(delimiter);
  const attribute = rest["Fn::GetAtt"] as readonly string[] | undefined;
  if (attribute) return `<${attribute.join(".")}>`;
  if (typeof Ref === "string") return `<${Ref}>`;
  return JSON.stringify(value);
}
