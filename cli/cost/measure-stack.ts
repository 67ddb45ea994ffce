import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { type Measurements, parseMeasurements } from "../../core/cost/measurements.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { ModelRecord } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { storedJson } from "../../core/stored-json.ts";
import { modelUsage, type PredictionUsage } from "../../engine/usage/model-usage.ts";
import { RefusedError } from "../client.ts";
import { type Deployment, deployedRegistry, deployedStore } from "../deployment.ts";
import { costDefinition, jsonBytes, timedRun } from "./cost-definition.ts";

/** How the logical ids of functions begin that are measured; each is of one function. */
export const MEASURED_FUNCTIONS = {
  predict: "EndpointPredict",
  checkDrift: "MonitoringCheckDrift",
  logPredictions: "EndpointLogPredictions",
} as const;

/** What a deployment keeps. */
interface StackParts {
  readonly store: Pick<ObjectStore, "get" | "list" | "localPath">;
  readonly registry: Pick<Registry, "aliases" | "events" | "model" | "runs" | "versions">;
}

const DAYS = 30;
const DAY_S = 86_400;

/**
 * Measures a model where a deployment runs it: objects and registry as they are, durations as CloudWatch
 * has them of the last 30 days.
 *
 * @throws {RefusedError} if the deployment has no such model
 */
export async function measureStack(
  deployment: Deployment,
  model: string,
  now: Date,
  { store, registry }: StackParts = {
    store: deployedStore(deployment),
    registry: deployedRegistry(deployment),
  },
): Promise<Measurements> {
  const record = await registry.model(model).catch((error: Error) => {
    if (!(error instanceof NotFoundError)) throw error;
    throw new RefusedError(error.message, { cause: error });
  });
  const definition = await definitionOf(store, record);
  const [runs, versions, events, aliases, { objects, predictions }] = await Promise.all([
    registry.runs(model),
    registry.versions(model),
    registry.events(model),
    registry.aliases(model),
    modelUsage(store, model),
  ]);
  const durations = await meanDurations(deployment, now);
  return parseMeasurements({
    model,
    from: { kind: "stack", name: `${deployment.stack} in ${deployment.region}` },
    measuredAt: now.toISOString(),
    definition: costDefinition(definition),
    platform: await platformOf(deployment),
    run: timedRun(runs),
    check: durations.checkDrift === null ? null : { durationMs: durations.checkDrift },
    serving: {
      oneRow: oneRowOf(predictions, durations.predict),
      batch: predictions?.batch ?? null,
      queuedBytes: predictions?.queuedBytes ?? null,
      loggedBytes: predictions?.loggedBytes ?? null,
      logWriteMs: durations.logPredictions,
    },
    storage: {
      objects,
      runs: runs.length,
      registryBytes: jsonBytes(record, ...runs, ...versions, ...events, ...aliases),
    },
  });
}

async function definitionOf(
  store: StackParts["store"],
  { model, definitionDigest }: ModelRecord,
): Promise<StoredDefinition> {
  const bytes = await store.get(storageKeys.definition(model, definitionDigest));
  return storedJson(bytes, `definition of ${model}`) as StoredDefinition;
}

/** Lambda's own mean where it has one: the send to the queue is in it, which no prediction's record has. */
function oneRowOf(
  predictions: PredictionUsage | null,
  predictMs: number | null,
): Measurements["serving"]["oneRow"] {
  if (!predictions?.oneRow) return null;
  const { requests, meanMs } = predictions.oneRow;
  return { requests, meanMs: predictMs ?? meanMs, workMs: meanMs };
}

async function platformOf(deployment: Deployment): Promise<unknown> {
  const countOf = (type: string) =>
    deployment.resources.filter((resource) => resource.type === type).length;
  return {
    architecture: await architectureOf(deployment),
    alarms: countOf("AWS::CloudWatch::Alarm"),
    dashboards: countOf("AWS::CloudWatch::Dashboard"),
    kmsKeys: countOf("AWS::KMS::Key"),
  };
}

async function meanDurations(deployment: Deployment, now: Date) {
  const mean = (part: keyof typeof MEASURED_FUNCTIONS) =>
    meanDurationMs(deployment, MEASURED_FUNCTIONS[part], now);
  const [predict, checkDrift, logPredictions] = await Promise.all([
    mean("predict"),
    mean("checkDrift"),
    mean("logPredictions"),
  ]);
  return { predict, checkDrift, logPredictions };
}

/** Name of the function whose logical id begins so. */
const functionName = ({ resources }: Deployment, logicalId: string) =>
  resources.find(
    (resource) =>
      resource.type === "AWS::Lambda::Function" && resource.logicalId.startsWith(logicalId),
  )?.physicalId;

/** Mean over all invocations of the last days; null if there were none. */
async function meanDurationMs(
  deployment: Deployment,
  logicalId: string,
  now: Date,
): Promise<number | null> {
  const name = functionName(deployment, logicalId);
  if (name === undefined) return null;
  const { Datapoints = [] } = await deployment.clients.cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/Lambda",
      MetricName: "Duration",
      Dimensions: [{ Name: "FunctionName", Value: name }],
      StartTime: new Date(now.getTime() - DAYS * DAY_S * 1_000),
      EndTime: now,
      Period: DAY_S,
      Statistics: ["Sum", "SampleCount"],
    }),
  );
  const invocations = Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0);
  const allMs = Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  return invocations === 0 ? null : allMs / invocations;
}

async function architectureOf(deployment: Deployment): Promise<string> {
  const FunctionName = functionName(deployment, MEASURED_FUNCTIONS.predict);
  if (FunctionName === undefined) {
    throw new RefusedError(
      `stack ${deployment.stack} has no predict function; is it one of Millrace, and up to date?`,
    );
  }
  const { Architectures } = await deployment.clients.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  return Architectures?.[0] ?? "x86_64";
}
