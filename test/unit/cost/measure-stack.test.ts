import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { describe, expect, it } from "vitest";
import { RefusedError } from "../../../cli/client.ts";
import { measureStack } from "../../../cli/cost/measure-stack.ts";
import type { DeployedResource, Deployment } from "../../../cli/deployment.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import { NotFoundError } from "../../../core/errors.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

const NOW = new Date("2026-11-23T12:00:00.000Z");
const MODEL = "flight-delay";
const DIGEST = "d".repeat(64);

const resource = (type: string, logicalId: string): DeployedResource => ({
  type,
  logicalId,
  physicalId: `name-of-${logicalId}`,
  status: "CREATE_COMPLETE",
});
const FUNCTIONS = ["EndpointPredict1A", "MonitoringCheckDrift2B", "EndpointLogPredictions3C"];

/** A stack whose CloudWatch knows the sum and the number of durations of some functions. */
async function setUp(
  durations: Readonly<Record<string, readonly (readonly [number, number])[]>>,
  resources = FUNCTIONS.map((id) => resource("AWS::Lambda::Function", id)),
) {
  const asked: { StartTime: Date; Period: number }[] = [];
  const cloudWatch = {
    send: async ({ input }: { input: { Dimensions: { Value: string }[] } & (typeof asked)[0] }) => {
      asked.push(input);
      const found = durations[input.Dimensions[0]?.Value.slice("name-of-".length) ?? ""] ?? [];
      return { Datapoints: found.map(([Sum, SampleCount]) => ({ Sum, SampleCount })) };
    },
  };
  const lambda = { send: async () => ({ Architectures: ["arm64"] }) };
  const deployment: Deployment = {
    stack: "millrace-dev",
    region: "eu-west-1",
    status: "UPDATE_COMPLETE",
    outputs: {},
    resources: [
      ...resources,
      resource("AWS::CloudWatch::Alarm", "A"),
      resource("AWS::CloudWatch::Alarm", "B"),
      resource("AWS::CloudWatch::Dashboard", "C"),
      resource("AWS::KMS::Key", "D"),
    ],
    clients: {
      cloudWatch: cloudWatch as unknown as CloudWatchClient,
      lambda: lambda as unknown as LambdaClient,
    } as Deployment["clients"],
  };
  const store = fileObjectStore(temporaryFolder());
  const definition = storedDefinition(parseDefinition(flightDelay));
  await store.put(storageKeys.definition(MODEL, DIGEST), JSON.stringify(definition));
  await store.put(`sources/${MODEL}/a`, "1234");
  const registry = {
    model: async (name: string) => {
      if (name !== MODEL) throw new NotFoundError(`there is no model ${name}`);
      return {
        model: MODEL,
        owner: "o",
        description: "d",
        definitionDigest: DIGEST,
        updatedAt: "",
      };
    },
    aliases: async () => [],
    events: async () => [],
    runs: async () => [],
    versions: async () => [],
  };
  return { deployment, asked, parts: { store, registry } };
}

describe("measureStack", () => {
  it("takes mean durations from CloudWatch, each invocation of 30 days alike", async () => {
    const { deployment, asked, parts } = await setUp({
      MonitoringCheckDrift2B: [
        [10_000, 10],
        [500, 1],
      ],
      EndpointLogPredictions3C: [[400, 2]],
    });

    const measured = await measureStack(deployment, MODEL, NOW, parts);

    expect(measured.check?.durationMs).toBeCloseTo(10_500 / 11, 10);
    expect(measured.serving.logWriteMs).toBe(200);
    expect(asked[0]).toMatchObject({
      StartTime: new Date("2026-10-24T12:00:00.000Z"),
      Period: 86_400,
    });
  });

  it("counts what the stack has, and what the store holds", async () => {
    const { deployment, parts } = await setUp({});

    const measured = await measureStack(deployment, MODEL, NOW, parts);

    expect(measured).toMatchObject({
      from: { kind: "stack", name: "millrace-dev in eu-west-1" },
      platform: { architecture: "arm64", alarms: 2, dashboards: 1, kmsKeys: 1 },
      definition: { candidates: ["boosting", "logistic"], rounds: [2], inputs: 8, sourceFiles: 1 },
      storage: { objects: { sources: { objects: 1, bytes: 4 } }, runs: 0 },
    });
  });

  it("says nothing of what was never invoked", async () => {
    const { deployment, parts } = await setUp({});

    const { run, check, serving } = await measureStack(deployment, MODEL, NOW, parts);

    expect({ run, check, ...serving }).toEqual({
      run: null,
      check: null,
      oneRow: null,
      batch: null,
      queuedBytes: null,
      loggedBytes: null,
      logWriteMs: null,
    });
  });

  it("fails on a model that the deployment does not have", async () => {
    const { deployment, parts } = await setUp({});

    const measuring = measureStack(deployment, "nobody", NOW, parts);

    await expect(measuring).rejects.toThrow(RefusedError);
  });

  it("fails on a stack without a predict function", async () => {
    const { deployment, parts } = await setUp({}, []);

    const measuring = measureStack(deployment, MODEL, NOW, parts);

    await expect(measuring).rejects.toThrow(/millrace-dev has no predict function/);
  });
});
