import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fillPlaceholders } from "../../core/asl/placeholders.ts";
import type { Resource } from "../cdk/synthesized-stack.ts";
import type { Statement } from "./iam-policy.ts";
import { type TemplateJson, templateValues } from "./template-values.ts";

export interface DeployedFunction {
  readonly logicalId: string;
  readonly arn: string;
  /** Folder below `functions/`. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly policy: readonly Statement[];
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

export interface DeployedMachine {
  readonly name: MachineName;
  readonly arn: string;
  /** Amazon States Language, every reference filled in. */
  readonly asl: string;
  readonly policy: readonly Statement[];
}

/** A task definition of one container. */
export interface DeployedTask {
  readonly family: string;
  /** With its revision. */
  readonly arn: string;
  /** Logical id and policy of the role that the container has. */
  readonly role: { readonly logicalId: string; readonly policy: readonly Statement[] };
  /** ARNs of the roles that whoever runs it must pass on. */
  readonly passedRoles: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export type MachineName = "training" | "monitoring" | "batch-prediction" | "rollout";

/** What a template deploys, in the words of tests. */
export interface Deployment {
  readonly functions: readonly DeployedFunction[];
  readonly machines: Readonly<Record<MachineName, DeployedMachine>>;
  readonly tasks: readonly DeployedTask[];
  readonly bucket: string;
  readonly queueUrl: string;
  readonly eventQueueUrl: string;
  /** Of the topic that alerts go to. */
  readonly topicName: string;
  readonly registry: TableInput;
  /** Holds the state of entities. */
  readonly features: TableInput;
}

/** Input of DynamoDB's CreateTable. */
export type TableInput = Readonly<Record<string, unknown>> & { readonly TableName: string };

function tableInput([TableName, { Properties }]: readonly [string, Resource]): TableInput {
  const { KeySchema, AttributeDefinitions, BillingMode } = Properties;
  return { TableName, KeySchema, AttributeDefinitions, BillingMode };
}

/** Description of a function's role, by which a template says what `functions/` folder it runs. */
const FUNCTION_ROLE = /^Millrace function ([\w-]+)/;

export interface CloudAssembly {
  readonly template: TemplateJson;
  /** Where the assets lie that the template names. */
  readonly folder: string;
}

/**
 * Takes functions, their roles' policies and the state machines out of a synthesized stack.
 *
 * @param queues what addresses of queues begin with
 */
export function deploymentOf({ template, folder }: CloudAssembly, queues: string): Deployment {
  const filled = templateValues(template, queues);
  const ofType = (type: string) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties, Metadata }]): readonly [string, Resource] => [
        id,
        { Type: type, Properties: filled(Properties), Metadata: Metadata ?? {} },
      ]);
  const only = (type: string, path: string): readonly [string, Resource] => {
    const found = ofType(type).find(([, { Metadata }]) =>
      Metadata?.["aws:cdk:path"]?.includes(path),
    );
    if (!found) throw new Error(`the template has no ${type} at ${path}`);
    return found;
  };

  const roles = new Map(ofType("AWS::IAM::Role"));
  const policies = ofType("AWS::IAM::Policy").map(([, { Properties }]) => Properties);
  const policyOf = (roleArn: string): readonly Statement[] => {
    const id = roleArn.split("/").at(-1) ?? "";
    const inline = roles.get(id)?.Properties.Policies ?? [];
    const attached = policies.filter(({ Roles }) => Roles.includes(id));
    return [...attached, ...inline].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  };

  const functions = ofType("AWS::Lambda::Function").flatMap(([logicalId, { Properties }]) => {
    const role = roles.get(String(Properties.Role).split("/").at(-1) ?? "");
    const name = FUNCTION_ROLE.exec(role?.Properties.Description ?? "")?.[1];
    if (name === undefined) return [];
    const environment = Properties.Environment.Variables;
    const timeoutMs = Properties.Timeout * 1_000;
    const arn = String(filled({ "Fn::GetAtt": [logicalId, "Arn"] }));
    const memoryMb = Properties.MemorySize;
    const policy = policyOf(Properties.Role);
    return [{ logicalId, arn, name, environment, policy, timeoutMs, memoryMb }];
  });
  const tasks = ofType("AWS::ECS::TaskDefinition").map(([logicalId, { Properties }]) => {
    const { Family, TaskRoleArn, ExecutionRoleArn, ContainerDefinitions } = Properties;
    const [{ EntryPoint, Command, Environment }] = ContainerDefinitions;
    const variables: readonly { Name: string; Value: string }[] = Environment;
    return {
      family: Family,
      arn: String(filled({ Ref: logicalId })).replace(logicalId, Family),
      role: { logicalId: TaskRoleArn.split("/").at(-1), policy: policyOf(TaskRoleArn) },
      passedRoles: [TaskRoleArn, ExecutionRoleArn],
      command: [...EntryPoint, ...Command],
      environment: Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value])),
    };
  });
  const machine = (name: MachineName, path: string): DeployedMachine => {
    const [id, { Properties }] = only("AWS::StepFunctions::StateMachine", path);
    const arn = String(filled({ "Fn::GetAtt": [id, "Arn"] }));
    const { DefinitionS3Location, DefinitionSubstitutions, RoleArn } = Properties;
    const file = readFileSync(join(folder, `asset.${DefinitionS3Location.Key}`), "utf8");
    return {
      name,
      arn,
      asl: fillPlaceholders(file, DefinitionSubstitutions),
      policy: policyOf(RoleArn),
    };
  };
  const queueUrl = (path: string) => String(filled({ Ref: only("AWS::SQS::Queue", path)[0] }));
  return {
    functions,
    tasks,
    machines: {
      training: machine("training", "/Training/"),
      monitoring: machine("monitoring", "/Monitoring/"),
      "batch-prediction": machine("batch-prediction", "/Batch/"),
      rollout: machine("rollout", "/Deployments/"),
    },
    bucket: only("AWS::S3::Bucket", "/Platform/Objects/")[0].toLowerCase(),
    queueUrl: queueUrl("/PredictionQueue/"),
    eventQueueUrl: queueUrl("/EventQueue/"),
    topicName: only("AWS::SNS::Topic", "/Alerts/")[0],
    registry: tableInput(only("AWS::DynamoDB::Table", "/Registry/")),
    features: tableInput(only("AWS::DynamoDB::Table", "/Features/")),
  };
}
