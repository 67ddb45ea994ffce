import { readFile } from "node:fs/promises";
import { CreateBucketCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { zipSync } from "fflate";
import type { DeployedMachine, DeployedTask } from "./deployment.ts";
import type { Asked } from "./iam-policy.ts";
import { ACCOUNT, REGION } from "./template-values.ts";

/** Input of `ecs:runTask.sync`, as far as it is looked at. */
export interface RunTaskInput {
  readonly Cluster: string;
  readonly TaskDefinition: string;
  readonly Overrides: {
    readonly ContainerOverrides: readonly [
      { readonly Environment: readonly { readonly Name: string; readonly Value: string }[] },
    ];
  };
}

/**
 * What a state machine's role must allow for `ecs:runTask.sync` with tags.
 *
 * Source: "IAM policies for using Amazon ECS and AWS Fargate", AWS Step Functions developer guide, and
 * "Tag resources during creation", Amazon ECS developer guide.
 */
export function askedForTask({ Cluster }: RunTaskInput, task: DeployedTask): readonly Asked[] {
  const of = (service: string, name: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
  const running = of("ecs", `task/${Cluster.split("/").at(-1)}/0123456789abcdef`);
  const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
  return [
    { action: "ecs:RunTask", resource: task.arn, context: { "ecs:cluster": Cluster } },
    { action: "ecs:TagResource", resource: running, context: { "ecs:CreateAction": "RunTask" } },
    ...task.passedRoles.map((resource) => ({ action: "iam:PassRole", resource, context: passed })),
    ...["ecs:StopTask", "ecs:DescribeTasks"].map((action) => ({ action, resource: running })),
  ];
}

/** What Step Functions asks for when a machine with such a state is created. */
export function askedForEvents({ asl }: DeployedMachine): readonly Asked[] {
  if (!asl.includes("ecs:runTask.sync")) return [];
  const resource = `arn:aws:events:${REGION}:${ACCOUNT}:rule/StepFunctionsGetEventsForECSTaskRule`;
  return ["PutTargets", "PutRule", "DescribeRule"].map((action) => ({
    action: `events:${action}`,
    resource,
  }));
}

/** Puts the package of the training function where the template says that tasks find it. */
export async function uploadPackages(
  client: S3Client,
  tasks: readonly DeployedTask[],
  packagePath: string,
): Promise<void> {
  const code = zipSync({ "index.mjs": await readFile(packagePath) });
  // Native packages come from this machine's node_modules.
  const layer = zipSync({ "nodejs/README": new TextEncoder().encode("see NODE_PATH") });
  for (const { environment } of tasks) {
    const { package: parts } = JSON.parse(environment.MILLRACE_TASK ?? "");
    const { bucket: Bucket } = parts.function;
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: parts.function.key, Body: code }));
    for (const { key: Key } of parts.layers) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: layer }));
    }
  }
}
