import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CfnResource, Stack } from "aws-cdk-lib";

/**
 * Limits that AWS refuses a deployment over.
 *
 * Sources: "CloudFormation quotas", AWS CloudFormation user guide; "Lambda quotas", AWS Lambda developer
 * guide; "Step Functions service quotas", AWS Step Functions developer guide; "IAM and AWS STS quotas",
 * IAM user guide; "Dashboard body structure and syntax", Amazon CloudWatch API reference.
 */
export const QUOTAS = {
  /** Resources of a stack. */
  resources: 500,
  /** Bytes of a template that is read from S3. */
  templateBytes: 1_048_576,
  /** Bytes of all environment variables of a function, names and values. */
  environmentBytes: 4_096,
  layersOfFunction: 5,
  /** Bytes of a state machine's definition. */
  definitionBytes: 1_048_576,
  /** Characters of all inline policies of a role, white space not counted. */
  inlinePolicyCharacters: 10_240,
  alarmsOfWidget: 100,
} as const;

/** What stands for a value that exists only after the deployment: the longest ARN that a stack makes. */
const UNKNOWN_VALUE_CHARACTERS = 128;

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties have no common shape
  readonly Properties?: any;
  readonly Metadata?: { readonly "aws:cdk:path"?: string };
}

interface Entry extends Resource {
  readonly logicalId: string;
  /** Path in the construct tree, else the logical id. */
  readonly path: string;
}

/**
 * Whatever of a synthesized template is over a quota, one line each, with what to do about it.
 *
 * @param assembly cloud assembly's folder, where template and assets lie
 */
export function quotaFindings(assembly: string, templateFile: string): readonly string[] {
  const text = readFileSync(join(assembly, templateFile), "utf8");
  const { Resources } = JSON.parse(text) as {
    readonly Resources: Readonly<Record<string, Resource>>;
  };
  const entries = Object.entries(Resources).map(([logicalId, resource]) => ({
    ...resource,
    logicalId,
    path: resource.Metadata?.["aws:cdk:path"] ?? logicalId,
  }));
  return [
    ...resourceFindings(templateFile, entries.length),
    ...over(templateFile, Buffer.byteLength(text), {
      limit: QUOTAS.templateBytes,
      what: "bytes of template",
      todo: "move models to a stack of their own",
    }),
    ...ofType(entries, "AWS::Lambda::Function").flatMap(functionFindings),
    ...ofType(entries, "AWS::StepFunctions::StateMachine").flatMap((entry) =>
      stateMachineFindings(assembly, entry),
    ),
    ...ofType(entries, "AWS::IAM::Role").flatMap((role) => roleFindings(role, entries)),
    ...ofType(entries, "AWS::CloudWatch::Dashboard").flatMap(dashboardFindings),
  ];
}

/** @throws {Error} naming everything that is over a quota. */
export function assertQuotas(assembly: string, templateFile: string): void {
  const findings = quotaFindings(assembly, templateFile);
  if (findings.length > 0) throw new Error(`AWS would refuse this stack: ${findings.join("; ")}`);
}

/**
 * Fails synthesis of a stack with too many resources before CDK does, and says what to do.
 *
 * @param modelCount models of the stack: what its number of resources depends on
 */
export function watchResourceCount(stack: Stack, modelCount: number): void {
  stack.node.addValidation({
    validate: () => {
      const isOwn = (node: object) => CfnResource.isCfnResource(node) && Stack.of(node) === stack;
      // CDK counts its own metadata, which it adds later.
      const count = stack.node.findAll().filter(isOwn).length + 1;
      return [...resourceFindings(`${stack.stackName} with ${modelCount} models`, count)];
    },
  });
}

function resourceFindings(where: string, count: number): readonly string[] {
  return over(where, count, {
    limit: QUOTAS.resources,
    what: "resources",
    todo: "give some models a stack of their own: docs/constructs.md, Many models",
  });
}

function functionFindings({ path, Properties }: Entry): readonly string[] {
  const variables = Object.entries(Properties?.Environment?.Variables ?? {});
  const bytes = variables.reduce<number>(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(deployed(value)),
    0,
  );
  return [
    ...over(path, bytes, {
      limit: QUOTAS.environmentBytes,
      what: "bytes of environment variables",
      todo: "keep long values in an object of the bucket",
    }),
    ...over(path, (Properties?.Layers ?? []).length, {
      limit: QUOTAS.layersOfFunction,
      what: "layers",
      todo: "put two of them into one",
    }),
  ];
}

function stateMachineFindings(assembly: string, { path, Properties }: Entry): readonly string[] {
  const { DefinitionString, DefinitionS3Location, DefinitionSubstitutions = {} } = Properties ?? {};
  const ownBytes =
    typeof DefinitionS3Location?.Key === "string"
      ? statSync(join(assembly, `asset.${DefinitionS3Location.Key}`)).size
      : Buffer.byteLength(deployed(DefinitionString ?? ""));
  const filledIn = Object.values(DefinitionSubstitutions).map(deployed).join("").length;
  return over(path, ownBytes + filledIn, {
    limit: QUOTAS.definitionBytes,
    what: "bytes of definition",
    todo: "move states to a state machine that it starts",
  });
}

function roleFindings(
  { path, logicalId, Properties }: Entry,
  entries: readonly Entry[],
): readonly string[] {
  const attached = ofType(entries, "AWS::IAM::Policy")
    .filter((policy) =>
      policy.Properties?.Roles?.some(({ Ref }: { Ref?: string }) => Ref === logicalId),
    )
    .map((policy) => policy.Properties?.PolicyDocument);
  const embedded = (Properties?.Policies ?? []).map(
    ({ PolicyDocument }: { PolicyDocument: unknown }) => PolicyDocument,
  );
  const characters = [...attached, ...embedded].reduce<number>(
    (sum, document) => sum + deployed(document).replaceAll(/\s/g, "").length,
    0,
  );
  return over(path, characters, {
    limit: QUOTAS.inlinePolicyCharacters,
    what: "characters of inline policies",
    todo: "grant a pattern of ARNs instead of each, or split the function",
  });
}

function dashboardFindings({ path, Properties }: Entry): readonly string[] {
  const { widgets = [] } = JSON.parse(deployed(Properties?.DashboardBody ?? "{}")) as {
    readonly widgets?: readonly { readonly properties?: { readonly alarms?: readonly string[] } }[];
  };
  return widgets.flatMap(({ properties }) =>
    over(path, properties?.alarms?.length ?? 0, {
      limit: QUOTAS.alarmsOfWidget,
      what: "alarms in one widget",
      todo: "spread them over several widgets",
    }),
  );
}

const ofType = (entries: readonly Entry[], type: string): readonly Entry[] =>
  entries.filter(({ Type }) => Type === type);

function over(
  where: string,
  value: number,
  { limit, what, todo }: { limit: number; what: string; todo: string },
): readonly string[] {
  return value > limit ? [`${where} has ${value} ${what}, the limit is ${limit}: ${todo}`] : [];
}

/** A value of a template as text of about the length that it has once it is deployed. */
function deployed(value: unknown): string {
  if (typeof value === "string") return value;
  const filled = fillIn(value);
  return typeof filled === "string" ? filled : JSON.stringify(filled);
}

function fillIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fillIn);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined], ...more] = Object.entries(value);
  if (more.length === 0 && name === "Fn::Join") {
    const [delimiter, parts] = argument as readonly [string, readonly unknown[]];
    return parts.map(deployed).join(delimiter);
  }
  if (more.length === 0 && (name === "Ref" || name.startsWith("Fn::"))) {
    const isPseudo = typeof argument === "string" && argument.startsWith("AWS::");
    return "x".repeat(isPseudo ? 16 : UNKNOWN_VALUE_CHARACTERS);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillIn(inner)]));
}
