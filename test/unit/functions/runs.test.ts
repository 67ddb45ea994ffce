import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ConflictError,
  IntegrityError,
  InvalidInputError,
  NotFoundError,
} from "../../../core/errors.ts";
import { definitionLoader } from "../../../engine/definition/load-definition.ts";
import { makeHandler as makeEndRun } from "../../../functions/end-run/handler.ts";
import { makeHandler as makeStartRun } from "../../../functions/start-run/handler.ts";
import { CHANGE, DEFINITION_DIGEST, storeDefinition } from "./finished-run.ts";
import { type LocalPlaces, startPlaces } from "./local-registry.ts";

let places: LocalPlaces;
beforeAll(async () => {
  places = await startPlaces();
});
afterAll(() => places.stop());

const START = {
  model: "flight-delay",
  runId: "run-1",
  reason: "schedule",
  requestedBy: "scheduler",
};
const PLACES = { trainFunctions: { 3008: "arn:aws:lambda:eu-west-1:1:function:train" } };
const END = { model: "flight-delay", runId: "run-1", status: "failed" };

async function setUp() {
  const { store, registry } = await places.make();
  const startRun = makeStartRun({
    registry,
    loadDefinition: definitionLoader(store),
    places: PLACES,
  });
  const endRun = makeEndRun({ registry });
  await storeDefinition({ store, registry });
  return { store, registry, startRun, endRun };
}

describe("start-run", () => {
  it("records the run and says what the states after it need", async () => {
    const { startRun, registry } = await setUp();

    expect(await startRun(START)).toEqual({
      ...START,
      definitionDigest: DEFINITION_DIGEST,
      search: {
        round: {
          number: 0,
          candidates: [
            { index: 0, name: "boosting", rowShare: 1 },
            { index: 1, name: "logistic", rowShare: 1 },
          ],
        },
        finalists: [],
        trainMs: [],
      },
      continueFrom: null,
      owner: expect.any(String),
      startedAt: expect.any(String),
      lastDataset: null,
      promotion: "automatic",
      compute: {
        preparation: { on: "lambda" },
        training: { on: "lambda", function: "arn:aws:lambda:eu-west-1:1:function:train" },
      },
    });

    expect(await registry.run("flight-delay", "run-1")).toMatchObject({
      ...START,
      status: "running",
      startedAt: "2026-01-01T00:00:00.000Z",
    });
  });

  it("names the champion of its start where a candidate goes on from it, and no later one", async () => {
    const { store, registry } = await places.make();
    await storeDefinition({ store, registry });
    const load = definitionLoader(store);
    const startRun = makeStartRun({
      registry,
      places: PLACES,
      loadDefinition: async (model, digest) => {
        const { definition, ...loaded } = await load(model, digest);
        const candidates = definition.candidates.map((candidate) => ({
          ...candidate,
          ...(candidate.family === "gradient-boosting" && { continueFrom: "champion" as const }),
        }));
        return { ...loaded, definition: { ...definition, candidates } };
      },
    });
    const promoted = async (runId: string, manifestSha256: string) => {
      await registry.startRun({ ...START, runId, definitionDigest: DEFINITION_DIGEST });
      const version = await registry.reserveVersion("flight-delay", runId);
      const record = {
        ...{ model: "flight-delay", runId, datasetDigest: "", gitCommit: "", candidate: "it" },
        ...{ family: "gradient-boosting", parameters: {}, metrics: {}, reasons: [] },
        ...{ definitionDigest: DEFINITION_DIGEST, status: "registered" as const, manifestSha256 },
      };
      await registry.registerVersion(record, CHANGE);
      await registry.moveAlias({ model: "flight-delay", alias: "champion", version }, CHANGE);
    };

    expect(await startRun(START)).toMatchObject({ continueFrom: null });
    await promoted("run-2", "a".repeat(64));
    const champion = { version: 1, manifestSha256: "a".repeat(64) };
    const { lastDataset } = await startRun({ ...START, runId: "run-3" });
    expect(lastDataset?.runId).toBe("run-2");
    expect(await startRun({ ...START, runId: "run-3" })).toMatchObject({ continueFrom: champion });
    await promoted("run-4", "b".repeat(64));
    expect(await startRun({ ...START, runId: "run-3" })).toMatchObject({ continueFrom: champion });
  });

  it("answers a repetition the same, with one event", async () => {
    const { startRun, registry } = await setUp();
    const first = await startRun(START);

    expect(await startRun({ ...START, reason: "another" })).toEqual(first);

    const events = await registry.events("flight-delay");
    expect(events.filter(({ kind }) => kind === "run-started")).toHaveLength(1);
  });

  it("fails on a model that nobody deployed and on a wrong input", async () => {
    const { startRun } = await setUp();

    await expect(startRun({ ...START, model: "nobody" })).rejects.toThrow(NotFoundError);
    await expect(startRun({ ...START, runId: "" })).rejects.toThrow(InvalidInputError);
  });

  it("fails, without a run, on a definition that the store does not have", async () => {
    const { startRun, registry } = await setUp();
    const record = { owner: "ops", description: "gone", definitionDigest: "0".repeat(64) };
    await registry.deployDefinition({ model: "flight-delay", ...record }, CHANGE);

    await expect(startRun(START)).rejects.toThrow(NotFoundError);
    expect(await registry.runs("flight-delay")).toEqual([]);
  });
});

describe("end-run", () => {
  it("records success with its dataset", async () => {
    const { startRun, endRun, registry } = await setUp();
    await startRun(START);
    const datasetDigest = "a".repeat(64);

    expect(await endRun({ ...END, status: "succeeded", datasetDigest })).toEqual({
      status: "succeeded",
    });

    expect(await registry.run("flight-delay", "run-1")).toMatchObject({
      status: "succeeded",
      datasetDigest,
    });
  });

  it("records how long the tasks took", async () => {
    const { startRun, endRun, registry } = await setUp();
    await startRun(START);
    const durations = { prepareMs: 2_500, trainMs: [13_100], evaluateMs: 4_000, registerMs: 80 };

    await endRun({ ...END, status: "succeeded", durations });

    expect((await registry.run("flight-delay", "run-1")).durations).toEqual(durations);
  });

  it.each([
    ["a negative duration", { prepareMs: -1, trainMs: [1], evaluateMs: 1, registerMs: 1 }],
    ["no candidate", { prepareMs: 1, trainMs: [], evaluateMs: 1, registerMs: 1 }],
    ["a task left out", { prepareMs: 1, trainMs: [1], evaluateMs: 1 }],
  ])("fails on durations with %s", async (_name, durations) => {
    const { startRun, endRun } = await setUp();
    await startRun(START);

    const ending = endRun({ ...END, status: "succeeded", durations });

    await expect(ending).rejects.toThrow(InvalidInputError);
  });

  it.each([
    [
      "Lambda's JSON",
      {
        Error: "DataContractError",
        Cause: '{"errorType":"DataContractError","errorMessage":"no rows","trace":[]}',
      },
      { name: "DataContractError", message: "no rows" },
    ],
    [
      "a task that Step Functions failed with Lambda's JSON inside",
      { Error: "States.TaskFailed", Cause: '{"errorType":"IntegrityError","errorMessage":"bad"}' },
      { name: "IntegrityError", message: "bad" },
    ],
    [
      "plain text",
      { Error: "States.Timeout", Cause: "it took too long" },
      { name: "States.Timeout", message: "it took too long" },
    ],
    ["JSON that is no error", { Error: "E", Cause: "[1]" }, { name: "E", message: "[1]" }],
    ["JSON that is no object", { Error: "E", Cause: "7" }, { name: "E", message: "7" }],
    ["JSON null", { Error: "E", Cause: "null" }, { name: "E", message: "null" }],
    ["no cause", { Error: "States.Timeout" }, { name: "States.Timeout", message: "" }],
    [
      "a very long cause",
      { Error: "E", Cause: "x".repeat(30_000) },
      { name: "E", message: "x".repeat(4_000) },
    ],
  ])("records a failure told as %s", async (_name, failure, error) => {
    const { startRun, endRun, registry } = await setUp();
    await startRun(START);

    await endRun({ ...END, failure });

    expect((await registry.run("flight-delay", "run-1")).error).toEqual(error);
  });

  it("ends a run once", async () => {
    const { startRun, endRun, registry } = await setUp();
    await startRun(START);
    await endRun(END);
    const before = await registry.events("flight-delay");

    expect(await endRun(END)).toEqual({ status: "failed" });
    await expect(endRun({ ...END, status: "succeeded" })).rejects.toThrow(ConflictError);
    expect(await registry.events("flight-delay")).toEqual(before);
  });

  it("fails on an unknown run and on an unknown status", async () => {
    const { endRun } = await setUp();

    await expect(endRun(END)).rejects.toThrow(NotFoundError);
    await expect(endRun({ ...END, status: "fine" })).rejects.toThrow(InvalidInputError);
  });
});

describe("a definition that asks for a place that is not deployed", () => {
  it("fails with InvalidInputError, says what is deployed, and starts no run", async () => {
    const { store, registry } = await setUp();
    const startRun = makeStartRun({
      registry,
      loadDefinition: definitionLoader(store),
      places: { trainFunctions: { 1024: "small", 8192: "large" } },
    });

    await expect(startRun(START)).rejects.toThrow(
      "compute.training wants a function of 3008 MB, deployed are [1024, 8192]; deploy again",
    );
    expect(await registry.runs("flight-delay")).toEqual([]);
  });
});

describe("a definition that was changed in the store", () => {
  it("fails with IntegrityError and starts no run", async () => {
    const { registry } = await setUp();
    const startRun = makeStartRun({
      registry,
      loadDefinition: async () => {
        throw new IntegrityError("changed");
      },
      places: PLACES,
    });

    await expect(startRun(START)).rejects.toThrow(IntegrityError);
    expect(await registry.runs("flight-delay")).toEqual([]);
  });
});
