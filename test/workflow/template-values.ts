import type { Resource } from "../cdk/synthesized-stack.ts";

/** The one that emulators give to everybody. */
export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";

/** A CloudFormation template as JSON. */
export interface TemplateJson {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>;
}

const PSEUDO: Readonly<Record<string, string>> = {
  "AWS::AccountId": ACCOUNT,
  "AWS::Region": REGION,
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::StackName": "millrace-test",
  "AWS::StackId": `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/millrace-test/1`,
};

/** What stands behind the account in an ARN, by type; what is not listed is named by its logical id. */
const ARNS: Readonly<Record<string, (id: string) => string>> = {
  "AWS::S3::Bucket": (id) => `arn:aws:s3:::${id.toLowerCase()}`,
  "AWS::DynamoDB::Table": (id) => regional("dynamodb", `table/${id}`),
  "AWS::SQS::Queue": (id) => regional("sqs", id),
  "AWS::SNS::Topic": (id) => regional("sns", id),
  "AWS::Lambda::Function": (id) => regional("lambda", `function:${id}`),
  "AWS::StepFunctions::StateMachine": (id) => regional("states", `stateMachine:${id}`),
  "AWS::Logs::LogGroup": (id) => regional("logs", `log-group:${id}:*`),
  "AWS::IAM::Role": (id) => `arn:aws:iam::${ACCOUNT}:role/${id}`,
  "AWS::ECS::Cluster": (id) => regional("ecs", `cluster/${id}`),
  "AWS::KMS::Key": (id) => regional("kms", `key/${id}`),
};

const regional = (service: string, name: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;

/** Types whose `Ref` is not the name that the ARN ends with. */
const REFS: Readonly<Record<string, (id: string, queues: string) => string>> = {
  "AWS::S3::Bucket": (id) => id.toLowerCase(),
  "AWS::SQS::Queue": (id, queues) => `${queues}/${ACCOUNT}/${id}`,
  "AWS::SNS::Topic": (id) => regional("sns", id),
  "AWS::ECS::TaskDefinition": (id) => regional("ecs", `task-definition/${id}:1`),
  "AWS::StepFunctions::StateMachine": (id) => regional("states", `stateMachine:${id}`),
};

/**
 * Fills in a template's references as CloudFormation does, with names made of logical ids.
 *
 * @param queues what addresses of queues begin with
 * @returns a function of any part of the template; it throws on an intrinsic function it does not know
 */
export function templateValues({ Resources, Parameters = {} }: TemplateJson, queues: string) {
  const ref = (id: string): string => {
    const found = PSEUDO[id] ?? Parameters[id]?.Default;
    if (found !== undefined) return found;
    const type = Resources[id]?.Type;
    if (type === undefined) throw new Error(`the template refers to ${id}, which it has not`);
    return REFS[type]?.(id, queues) ?? id;
  };
  const attribute = ([id, name]: readonly [string, string]): string => {
    const arn = ARNS[Resources[id]?.Type ?? ""];
    if (name === "Arn" && arn) return arn(id);
    if (name === "Name") return id;
    return `${id}.${name}`;
  };
  const sub = (text: string) =>
    text.replaceAll(/\$\{([\w:]+)(?:\.(\w+))?\}/g, (_all, id: string, name?: string) =>
      name === undefined ? ref(id) : attribute([id, name]),
    );

  const filled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== "object" || value === null) return value;
    const [[key, inner] = [], ...others] = Object.entries(value);
    if (others.length === 0 && (key === "Ref" || key?.startsWith("Fn::"))) {
      return intrinsic(key, filled(inner));
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, filled(part)]));
  };
  const intrinsic = (name: string, value: unknown): unknown => {
    if (name === "Ref") return ref(value as string);
    if (name === "Fn::GetAtt") return attribute(value as [string, string]);
    if (name === "Fn::Sub" && typeof value === "string") return sub(value);
    const [first, second] = value as [unknown, readonly unknown[] & string];
    if (name === "Fn::Join") return second.join(first as string);
    if (name === "Fn::Split") return second.split(first as string);
    if (name === "Fn::Select") return second[Number(first)];
    if (name === "Fn::GetAZs") return [`${REGION}a`, `${REGION}b`];
    throw new Error(`a test does not know how CloudFormation fills in ${name}`);
  };
  return filled;
}
