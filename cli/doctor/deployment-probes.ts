import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { GetAccountSettingsCommand, GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Registry } from "../../core/registry/registry.ts";
import { RefusedError } from "../client.ts";
import { type Deployment, outputOf } from "../deployment.ts";
import { askSigned } from "./ask-signed.ts";
import type { DeploymentProbes } from "./deployment-checks.ts";

/** Asks AWS about a deployment; reads, and changes nothing. */
export function deploymentProbes(
  deployment: Deployment,
  registry: Pick<Registry, "models">,
): DeploymentProbes {
  const { clients, stack: name, status, resources } = deployment;
  return {
    stack: async () => ({ name, status, resources }),
    bucket: async () => {
      const Bucket = outputOf(deployment, "BucketName");
      await clients.s3.send(new HeadBucketCommand({ Bucket }));
    },
    registry: async () => ({ models: (await registry.models()).length }),
    endpoint: () => askEndpoint(deployment),
    queues: async () => ({
      waitingPredictions: await waitingIn(deployment, "PredictionQueue"),
      deadLetters: await waitingIn(deployment, "DeadLetters"),
    }),
    alarmsOn: () => alarmsOn(deployment),
    schedules: () => schedules(deployment),
    functions: () => functions(deployment),
    concurrency: async () => {
      const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
      return {
        limit: AccountLimit?.ConcurrentExecutions ?? 0,
        unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
        alarmAt: await thresholdOf(deployment, "AccountConcurrency"),
      };
    },
  };
}

const idsOf = ({ resources }: Deployment, type: string): readonly string[] =>
  resources.filter((resource) => resource.type === type).map(({ physicalId }) => physicalId);

/** Asks the prediction URL with the credentials of the other clients. */
async function askEndpoint(deployment: Deployment) {
  const { region, clients } = deployment;
  return askSigned({
    url: new URL("v2/health/ready", outputOf(deployment, "PredictionUrl")),
    region,
    credentials: await clients.s3.config.credentials(),
    endpoint: process.env.AWS_ENDPOINT_URL,
  });
}

/** Messages that wait in the queue whose logical id has the name in it. */
async function waitingIn(deployment: Deployment, name: string): Promise<number> {
  const queue = deployment.resources.find(
    ({ type, logicalId }) => type === "AWS::SQS::Queue" && logicalId.includes(name),
  );
  if (queue === undefined) {
    throw new RefusedError(`stack ${deployment.stack} has no queue ${name}; deploy it again`);
  }
  const { Attributes = {} } = await deployment.clients.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queue.physicalId,
      AttributeNames: ["ApproximateNumberOfMessages"],
    }),
  );
  return Number(Attributes.ApproximateNumberOfMessages ?? 0);
}

// Source: "AlarmNames" of DescribeAlarms, Amazon CloudWatch API reference.
const ALARMS_A_CALL = 100;

async function alarmsOn(deployment: Deployment) {
  const names = idsOf(deployment, "AWS::CloudWatch::Alarm");
  const on: { name: string; text: string }[] = [];
  for (let first = 0; first < names.length; first += ALARMS_A_CALL) {
    const { MetricAlarms = [] } = await deployment.clients.cloudWatch.send(
      new DescribeAlarmsCommand({
        AlarmNames: names.slice(first, first + ALARMS_A_CALL),
        StateValue: "ALARM",
      }),
    );
    for (const { AlarmName = "", AlarmDescription = "" } of MetricAlarms) {
      on.push({ name: AlarmName, text: AlarmDescription });
    }
  }
  return on;
}

/** Where the alarm rings whose logical id has the name in it. */
async function thresholdOf(deployment: Deployment, name: string): Promise<number | undefined> {
  const alarm = deployment.resources.find(
    ({ type, logicalId }) => type === "AWS::CloudWatch::Alarm" && logicalId.includes(name),
  );
  if (alarm === undefined) return undefined;
  const { MetricAlarms = [] } = await deployment.clients.cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [alarm.physicalId] }),
  );
  return MetricAlarms[0]?.Threshold;
}

async function schedules(deployment: Deployment) {
  return Promise.all(
    idsOf(deployment, "AWS::Scheduler::Schedule").map(async (id) => {
      // CloudFormation names a schedule with or without its group before it
      const Name = id.split(/[|/]/).at(-1) ?? id;
      const { State } = await deployment.clients.scheduler.send(new GetScheduleCommand({ Name }));
      return { name: Name, state: State ?? "UNKNOWN" };
    }),
  );
}

async function functions(deployment: Deployment) {
  const found = [];
  for (const name of idsOf(deployment, "AWS::Lambda::Function")) {
    const answer = await deployment.clients.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: name }),
    );
    found.push({
      name,
      state: answer.State ?? "Active",
      lastUpdate: answer.LastUpdateStatus ?? "Successful",
      reason: answer.StateReason ?? answer.LastUpdateStatusReason ?? "no reason given",
    });
  }
  return found;
}
