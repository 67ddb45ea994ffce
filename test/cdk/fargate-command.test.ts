import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import { sha256 } from "../../engine/sha256.ts";
import { localStateMachine } from "../../local/state-machine.ts";
import type { ContainerDefinition } from "./fargate-container.ts";
import { type FargateRuns, fargateRuns, MODEL, SLOW_MODEL } from "./fargate-run.ts";
import { type FargateWorld, fargateWorld, packagesOf } from "./fargate-world.ts";

let world: FargateWorld;
let runs: FargateRuns;
beforeAll(async () => {
  world = await fargateWorld();
  runs = await fargateRuns(world);
}, 120_000);
afterAll(async () => {
  await runs?.stop();
  await world?.stop();
});

const fromBucket = async (key: string) => Buffer.from(await world.store.get(key));
const graphOf = (runId: string) =>
  fromBucket(`${storageKeys.candidate(MODEL, runId, 0)}/${candidateFiles.graph}`);

async function outcomesOf(runId: string, model = MODEL): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  const folder = storageKeys.candidateOutcomes(model, runId, 0, 0);
  for await (const { key } of world.store.list(`${folder}/`)) {
    found.push(JSON.parse((await fromBucket(key)).toString()));
  }
  return found;
}

const CALL = `
  const { handler } = await import(process.argv[1]);
  const output = await handler(JSON.parse(process.argv[2]), { awsRequestId: "lambda" });
  console.log(JSON.stringify(output));`;

/** What the function's package answers as Lambda runs it: layers on NODE_PATH, an empty `/tmp`. */
async function asLambda(order: unknown): Promise<object> {
  const { path, nodePath } = world.lambda;
  const temporary = join(world.folder, "lambda");
  await mkdir(temporary);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", CALL, path, JSON.stringify(order)],
    {
      env: {
        MILLRACE_BUCKET: world.s3.bucket,
        MILLRACE_DUCKDB_MEMORY: "1GB",
        NODE_PATH: nodePath,
        TMPDIR: temporary,
        AWS_REGION: "us-east-1",
        AWS_ENDPOINT_URL_S3: world.s3.endpoint,
        AWS_ACCESS_KEY_ID: "lambda",
        AWS_SECRET_ACCESS_KEY: "secret",
      },
    },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

/** The container, its package replaced by other bytes. */
async function withPackage(key: string, bytes: Uint8Array): Promise<ContainerDefinition> {
  const { bucket: Bucket, key: original } = packagesOf(world.container).function;
  await world.s3.client.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes }));
  const Environment = world.container.Environment.map(({ Name, Value }) => ({
    Name,
    Value: Value.replace(original, key),
  }));
  return { ...world.container, Environment };
}

describe("the command line of the training task", { timeout: 120_000 }, () => {
  it("trains what the function would train, byte for byte", async () => {
    const order = await runs.order("in-a-container");

    const container = world.start(order);

    expect(await container.ended).toBe(0);
    const [outcome] = (await outcomesOf("in-a-container")) as [{ output: { graphSha256: string } }];
    const twin = { ...order, runId: "in-a-function" };
    const lambda = await asLambda(twin);
    const durationMs = expect.any(Number);
    expect(outcome.output).toEqual({ ...lambda, durationMs });
    const graph = await graphOf("in-a-container");
    expect(sha256(graph)).toBe(outcome.output.graphSha256);
    expect(graph.equals(await graphOf("in-a-function"))).toBe(true);
  });

  it("is followed by the run's id through every line of its log", async () => {
    const container = world.start(await runs.order("logged"));
    await container.ended;

    const ids = { model: MODEL, runId: "logged", candidate: 0 };
    expect(container.log.map(({ function: name, outcome }) => `${name} ${outcome}`)).toEqual([
      "task-runner loaded",
      "train started",
      "train succeeded",
      "task-runner stored",
    ]);
    for (const line of container.log) expect(line).toMatchObject(ids);
    expect(new Set(container.log.map(({ requestId }) => requestId)).size).toBe(1);
  });

  it("stores the error of an order that fails, by its name, and ends in order", async () => {
    const order = { ...(await runs.order("failing")), datasetDigest: "0".repeat(64) };

    const container = world.start(order);

    expect(await container.ended).toBe(0);
    expect(await outcomesOf("failing")).toEqual([
      { error: { name: "NotFoundError", message: expect.stringContaining("0".repeat(64)) } },
    ]);
    await expect(runs.functions["collect-candidate"]?.(order)).rejects.toMatchObject({
      name: "NotFoundError",
    });
  });

  it.each(["SIGKILL", "SIGTERM"] as const)("leaves no outcome when %s ends it", async (signal) => {
    const order = await runs.order(`ended-by-${signal.toLowerCase()}`, SLOW_MODEL);
    const container = world.start(order);
    await container.logged("started");

    container.process.kill(signal);

    expect(await container.ended).toBe(signal);
    expect(await outcomesOf(String(order.runId), SLOW_MODEL)).toEqual([]);
  });

  it("refuses a package that did not arrive whole", async () => {
    const { bucket, key } = packagesOf(world.container).function;
    const whole = await readFile(world.lambda.path);
    const order = await runs.order("short");

    const container = world.start(order, await withPackage("short.zip", whole.subarray(0, 1_000)));

    expect(await container.ended).toBe(0);
    expect(await outcomesOf("short")).toEqual([
      {
        error: {
          name: "IntegrityError",
          message: expect.stringContaining(`s3://${bucket}/short.zip is no whole zip (1000 bytes)`),
        },
      },
    ]);
    expect(key).not.toBe("short.zip");
  });

  it("fails, so that another is started, where its outcome cannot be stored", async () => {
    const { model, runId, ...placeless } = await runs.order("placeless");

    const container = world.start(placeless);

    expect(await container.ended).toBe(1);
    expect([model, runId]).toEqual([MODEL, "placeless"]);
    expect(container.log.at(-1)).toMatchObject({ level: "error", outcome: "lost" });
  });
});

/** Step Functions as it starts a task: the overrides of the state, and a failure that has no name. */
const runTask = (kills: Set<number>) => {
  const started: unknown[] = [];
  const run = async (parameters: unknown): Promise<unknown> => {
    const { Overrides } = parameters as {
      Overrides: { ContainerOverrides: [{ Environment: ContainerDefinition["Environment"] }] };
    };
    const [{ Environment }] = Overrides.ContainerOverrides;
    const isLost = kills.delete(started.push(parameters));
    const container = world.start(JSON.parse(Environment[0]?.Value ?? ""));
    if (isLost) container.process.kill("SIGKILL");
    const code = await container.ended;
    if (code === 0) return { StopCode: "EssentialContainerExited" };
    throw Object.assign(new Error(`exit ${code}`), { name: "States.TaskFailed" });
  };
  return { run, started };
};

describe("training.asl.json with a Fargate task", { timeout: 120_000 }, () => {
  it("makes a champion, though the first task is lost", async () => {
    const asl = await readFile(resolve("state-machines/training.asl.json"), "utf8");
    const tasks = runTask(new Set([1]));
    const machine = localStateMachine(
      asl,
      async (name, input) => runs.functions[name]?.(input) ?? expect.fail(`asked for ${name}`),
      { runTask: tasks.run },
    );

    await machine.run(
      { model: MODEL, reason: "test", requestedBy: "me" },
      { name: "whole", retryDelayMs: 0 },
    );

    expect(await runs.registry.aliases(MODEL)).toMatchObject([{ alias: "champion", version: 1 }]);
    expect(runs.alerts.at(-1)?.subject).toBe(`${MODEL}: version 1 is champion`);
    expect(tasks.started).toHaveLength(3);
    expect(tasks.started[0]).toMatchObject({
      LaunchType: "FARGATE",
      Cluster: world.place.cluster,
      TaskDefinition: world.place.taskDefinition,
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: world.place.subnets } },
      Overrides: {
        Cpu: "2048",
        Memory: "8192",
        ContainerOverrides: [{ Name: world.container.Name }],
      },
    });
  });
});
