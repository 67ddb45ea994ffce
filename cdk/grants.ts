import { type IGrantable, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { acknowledge, acknowledgeWildcard } from "./acknowledge.ts";
import type { IFeatureStore } from "./constructs/feature-store.ts";
import type { IPlatform } from "./constructs/platform.ts";
import type { PlatformFunction } from "./constructs/platform-function.ts";

/** First parts of object keys: `storageKeys` of core writes below these and nowhere else. */
export type ObjectPrefix =
  | "sources"
  | "definitions"
  | "datasets"
  | "runs"
  | "staged"
  | "batches"
  | "models"
  | "predictions"
  | "streams"
  | "reports";

/** A function, or the role of a container that runs one. */
type Grantee = PlatformFunction | Role;

/**
 * Lets a function read and write objects below prefixes. Who writes may read the same prefix: a `put`
 * that meets an object compares it with its own bytes. Nobody may remove.
 */
export function grantObjects(
  platform: IPlatform,
  fn: Grantee,
  {
    read = [],
    write = [],
  }: { readonly read?: readonly ObjectPrefix[]; readonly write?: readonly ObjectPrefix[] },
): void {
  const { bucket } = platform;
  const grants = [
    ["s3:GetObject", [...new Set([...read, ...write])]],
    ["s3:PutObject", write],
  ] as const;
  for (const [action, prefixes] of grants) {
    if (prefixes.length === 0) continue;
    allow(
      fn,
      [action],
      prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
    );
    for (const prefix of prefixes) {
      acknowledgeWildcard(roleOf(fn), {
        arn: bucket.arnForObjects(`${prefix}/*`),
        reason: `objects below ${prefix}/ are named by content and time, their keys are not known here`,
      });
    }
  }
  // Without it S3 answers 403 instead of 404 for an object that is not there. The condition
  // s3:prefix would undo that: a request for one object does not carry it.
  allow(fn, ["s3:ListBucket"], [bucket.bucketArn]);
  useKeys(fn, [platform.key, bucket.encryptionKey]);
}

/** Lets a state machine read the items of its Distributed Maps from objects below a prefix. */
export function grantItems(
  { bucket, key }: IPlatform,
  stateMachine: StateMachine,
  prefix: ObjectPrefix,
): void {
  const arn = bucket.arnForObjects(`${prefix}/*`);
  allow(stateMachine, ["s3:GetObject"], [arn]);
  acknowledgeWildcard(stateMachine, {
    arn,
    reason: `objects below ${prefix}/ are named by model and run, their keys are not known here`,
  });
  for (const known of new Set([key, bucket.encryptionKey])) known?.grantDecrypt(stateMachine);
}

/** Lets a state machine list the items of its Distributed Maps: the objects below a prefix. */
export function grantListing(
  { bucket }: IPlatform,
  stateMachine: StateMachine,
  ...prefixes: readonly ObjectPrefix[]
): void {
  stateMachine.addToRolePolicy(
    new PolicyStatement({
      actions: ["s3:ListBucket"],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}/*`) } },
    }),
  );
}

/** What functions do with the registry's table. Nothing is ever deleted. */
export type RegistryAction = "GetItem" | "Query" | "PutItem" | "UpdateItem" | "ConditionCheckItem";

/**
 * Lets a function do to the registry what its code does, and no more: `test/workflow` fails on an
 * action that is missing, and on one that nobody uses. `TransactWriteItems` is allowed by the actions
 * inside it; each change puts its audit event.
 *
 * Source: "IAM and transactions", Amazon DynamoDB developer guide.
 */
export function grantRegistry(
  platform: IPlatform,
  fn: PlatformFunction,
  actions: readonly RegistryAction[],
): void {
  allow(
    fn,
    actions.map((action) => `dynamodb:${action}`),
    [platform.registry.tableArn],
  );
  useKeys(fn, [platform.key, platform.registry.encryptionKey]);
}

/** Lets a function send predictions to be logged. */
export function grantPredictionLog(platform: IPlatform, fn: PlatformFunction): void {
  allow(fn, ["sqs:SendMessage"], [platform.predictionQueue.queueArn]);
  useKeys(fn, [platform.key, platform.predictionQueue.encryptionMasterKey]);
}

/** Lets a function send events to be ingested. */
export function grantEvents(
  platform: IPlatform,
  { eventQueue }: Pick<IFeatureStore, "eventQueue">,
  fn: PlatformFunction,
): void {
  allow(fn, ["sqs:SendMessage"], [eventQueue.queueArn]);
  useKeys(fn, [platform.key, eventQueue.encryptionMasterKey]);
}

/** What functions do with the table of features. */
const FEATURE_ACTIONS = {
  read: ["dynamodb:BatchGetItem"],
  write: ["dynamodb:PutItem", "dynamodb:DeleteItem"],
} as const;

/** Lets a function read or change the state of entities. */
export function grantFeatures(
  platform: IPlatform,
  { table }: Pick<IFeatureStore, "table">,
  fn: PlatformFunction,
  uses: readonly (keyof typeof FEATURE_ACTIONS)[],
): void {
  allow(
    fn,
    uses.flatMap((use) => FEATURE_ACTIONS[use]),
    [table.tableArn],
  );
  useKeys(fn, [platform.key, table.encryptionKey]);
}

/** Lets a function send alerts. */
export function grantAlerts(platform: IPlatform, fn: PlatformFunction): void {
  allow(fn, ["sns:Publish"], [platform.alerts.topicArn]);
  useKeys(fn, [platform.key, platform.alerts.masterKey]);
}

function allow(fn: IGrantable, actions: readonly string[], resources: readonly string[]): void {
  fn.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...resources] }),
  );
}

/** The platform's key, and the one of an existing resource where that is another. */
function useKeys(fn: Grantee, keys: readonly (IKey | undefined)[]): void {
  for (const key of new Set(keys.filter((key) => key !== undefined))) {
    key.grantEncryptDecrypt(fn);
    for (const action of ["kms:ReEncrypt*", "kms:GenerateDataKey*"]) {
      acknowledge(
        roleOf(fn),
        `IAM5[Action::${action}]`,
        "the variants of one KMS action, on the platform's key only, as S3, DynamoDB and SQS need them",
      );
    }
  }
}

function roleOf(fn: Grantee) {
  if (fn instanceof Role) return fn;
  if (!fn.role) throw new Error(`${fn.node.path} has no role; PlatformFunction gives it one`);
  return fn.role;
}
