import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { documentClient } from "../../aws/document-client.ts";
import { dynamodbRegistry } from "../../aws/dynamodb-registry.ts";
import { s3ObjectStore } from "../../aws/s3-object-store.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { synthesizedStack } from "../cdk/synthesized-stack.ts";
import {
  type DeployedFunction,
  type DeployedMachine,
  type DeployedTask,
  type Deployment,
  deploymentOf,
} from "./deployment.ts";
import { askedForEvents, uploadPackages } from "./fargate.ts";
import type { Fault } from "./faults.ts";
import { functionPackages } from "./function-packages.ts";
import { functionPool, ownerOf } from "./function-pool.ts";
import { type GuardedServices, guardedServices } from "./guarded-services.ts";
import { type Asked, isAllowed, type Statement } from "./iam-policy.ts";
import { type Invoked, type Invoker, invoker, type Workers } from "./invoker.ts";
import { taskContainers } from "./task-processes.ts";
import { REGION } from "./template-values.ts";
import { type Change, writeBrokenSource, writeModels, writeSource } from "./test-models.ts";
import type { RoleHolder } from "./unused-grants.ts";

/** What was asked of a service by a function, or of Lambda by a state machine. */
export interface Use extends Asked {
  /** Logical id of the function, or name of the state machine. */
  readonly by: string;
  readonly allowed: boolean;
}

/** The deployed stack at work on this machine: its functions as processes, its roles enforced. */
export interface WorkflowWorld {
  readonly deployment: Deployment;
  readonly services: GuardedServices;
  /** What lies in the bucket, without IAM. */
  readonly store: ObjectStore;
  readonly registry: Registry;
  readonly invoker: Invoker;
  /** The processes of a function. */
  readonly workersOf: (fn: DeployedFunction) => Workers;
  /** The containers of a task definition. */
  readonly containersOf: (task: DeployedTask) => Workers;
  /** Whether the role of a state machine allows something. */
  readonly mayDo: (machine: DeployedMachine, asked: Asked) => boolean;
  readonly holders: readonly RoleHolder[];
  /** Policies that hold in place of the template's, by the holder's id. */
  readonly planted: Map<string, readonly Statement[]>;
  /** Everything that was asked so far. */
  readonly uses: readonly Use[];
  /** Bytes of the largest input or output of each state so far, by `machine/state`. */
  readonly sizes: Map<string, number>;
  /** Messages that the alert topic took. */
  readonly alerts: () => readonly { readonly subject: string; readonly message: string }[];
  /** Answers of functions' calls by hand, of the function with this folder's name. */
  readonly call: (name: string, event: unknown, fault?: Fault) => Promise<Invoked>;
  readonly stop: () => Promise<void>;
}

/** The model whose source has rows that break its contract. */
export const BROKEN_MODEL = "rejected";

/** @param models the flights model under these names, each with its changes */
export async function workflowWorld(
  models: Readonly<Record<string, readonly Change[]>>,
): Promise<WorkflowWorld> {
  const stack = new AsyncDisposableStack();
  try {
    return { ...(await start(models, stack)), stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function start(
  models: Readonly<Record<string, readonly Change[]>>,
  stack: AsyncDisposableStack,
): Promise<Omit<WorkflowWorld, "stop">> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-workflow-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const modelsFolder = join(folder, "models");
  await writeModels(modelsFolder, models);
  const [packages] = await Promise.all([
    functionPackages(join(folder, "packages"), modelsFolder),
    writeSource(join(folder, "flights.parquet")),
    writeBrokenSource(join(folder, "broken.parquet")),
  ]);
  const assembly = join(folder, "assembly");
  const definitions = join(folder, "packages", "register-definitions", "definitions");
  const { template } = synthesizedStack({}, { outdir: assembly, definitions });

  const uses: Use[] = [];
  const messages: string[] = [];
  const planted = new Map<string, readonly Statement[]>();
  let containers = 0;
  const pool = functionPool({
    packages,
    folder,
    endpoint: () => services.endpoint,
    log: () => {},
  });
  stack.defer(pool.stop);
  const invocations = invoker();
  const services = await guardedServices(folder, {
    policyOf(caller) {
      const id = ownerOf(caller);
      return planted.get(id) ?? holders.find((holder) => holder.id === id)?.policy ?? [];
    },
    before: invocations.before,
    after(call) {
      if (call.service === "sns") messages.push(call.body);
      invocations.after(call);
    },
    onAsked: (caller, asked, allowed) => uses.push({ by: ownerOf(caller), allowed, ...asked }),
  });
  stack.defer(services.stop);
  stack.defer(invocations.settled);

  const deployment = deploymentOf(
    { template: template.toJSON() as never, folder: assembly },
    services.endpoint,
  );
  const holders = holdersOf(deployment);
  const mayDo = ({ name, policy }: DeployedMachine, asked: Asked) => {
    const allowed = isAllowed(policy, asked);
    uses.push({ by: name, allowed, ...asked });
    return allowed;
  };
  for (const machine of Object.values(deployment.machines)) {
    for (const asked of askedForEvents(machine)) mayDo(machine, asked);
  }
  const { s3, store, registry } = await createResources(deployment, services, folder);
  await uploadPackages(s3, deployment.tasks, packages.pathOf("train"));
  for (const model of Object.keys(models)) {
    const rows = model === BROKEN_MODEL ? "broken" : "flights";
    await store.putFile(`sources/${model}/flights.parquet`, join(folder, `${rows}.parquet`));
  }
  return {
    deployment,
    services,
    store,
    registry,
    invoker: invocations,
    workersOf: pool.workersOf,
    containersOf: (task) =>
      taskContainers(task, { folder, endpoint: services.endpoint, newId: () => `${containers++}` }),
    mayDo,
    holders,
    planted,
    uses,
    sizes: new Map(),
    alerts: () => messages.map(published),
    call(name, event, fault) {
      const fn = deployment.functions.find((other) => other.name === name);
      if (!fn) throw new Error(`the template has no function ${name}`);
      return invocations.invoke(pool.workersOf(fn), event, fault);
    },
  };
}

function holdersOf({ functions, machines, tasks }: Deployment): readonly RoleHolder[] {
  return [
    ...functions.map(({ logicalId, name, policy }) => ({ id: logicalId, name, policy })),
    ...Object.values(machines).map(({ name, policy }) => ({ id: name, name, policy })),
    ...tasks.map(({ role }) => ({ id: role.logicalId, name: "task", policy: role.policy })),
  ];
}

function published(form: string) {
  const fields = new URLSearchParams(form);
  return { subject: fields.get("Subject") ?? "", message: fields.get("Message") ?? "" };
}

/** What CloudFormation creates from the template, as far as functions use it. */
async function createResources(
  { bucket, registry: table, queueUrl, topicName }: Deployment,
  { direct }: GuardedServices,
  folder: string,
) {
  const at = (endpoint: string) => ({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: "admin", secretAccessKey: "secret" },
  });
  const s3 = new S3Client({ ...at(direct.others), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await new DynamoDBClient(at(direct.dynamodb)).send(new CreateTableCommand(table as never));
  const QueueName = queueUrl.split("/").at(-1);
  await new SQSClient(at(direct.others)).send(new CreateQueueCommand({ QueueName }));
  await new SNSClient(at(direct.others)).send(new CreateTopicCommand({ Name: topicName }));
  let ids = 0;
  return {
    s3,
    store: s3ObjectStore({ client: s3, bucket, cacheDirectory: join(folder, "looked-at") }),
    registry: dynamodbRegistry({
      client: documentClient(at(direct.dynamodb)),
      table: table.TableName,
      clock: Date.now,
      newId: () => `test-${ids++}`,
    }),
  };
}
