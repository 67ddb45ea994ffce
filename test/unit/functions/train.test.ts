import { describe, expect, it } from "vitest";
import { IntegrityError, InvalidInputError } from "../../../core/errors.ts";
import type { Value } from "../../../core/onnx/graph-builder.ts";
import type { CandidateReport } from "../../../core/run/artifacts.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import type { TrainedModel } from "../../../core/training/trained-model.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler, type TrainDeps } from "../../../functions/train/handler.ts";
import { run, shopDefinition, shopModel, shopWorld } from "./evaluate-world.ts";

const event = { ...run, candidate: { index: 1, name: "logistic" } };

function setUp(trained: TrainedModel = shopModel(), definition = shopDefinition()) {
  const world = shopWorld(definition);
  const orders: Parameters<TrainDeps["trainCandidate"]>[0][] = [];
  const handler = makeHandler({
    ...world.deps,
    trainCandidate: async (order) => {
      orders.push(order);
      return trained;
    },
  });
  const folder = storageKeys.candidate(run.model, run.runId, 1);
  const read = (name: string) => world.store.get(`${folder}/${name}`);
  return { ...world, handler, orders, read };
}

async function reportOf({ read }: Pick<ReturnType<typeof setUp>, "read">) {
  const text = new TextDecoder().decode(await read(candidateFiles.metrics));
  return JSON.parse(text) as CandidateReport;
}

describe("train", () => {
  it("trains the candidate on the train split and stores graph and findings", async () => {
    const { handler, orders, read, frames } = setUp();

    const output = await handler(event);

    const graph = await read(candidateFiles.graph);
    const report = JSON.parse(
      new TextDecoder().decode(await read(candidateFiles.metrics)),
    ) as CandidateReport;
    expect(orders[0]).toMatchObject({ candidate: { name: "logistic" }, seed: 1 });
    expect(orders[0]?.train).toBe(frames.train);
    expect(orders[0]?.validation).toBe(frames.validation);
    expect(report).toMatchObject({ index: 1, name: "logistic", training: { rounds: 3 } });
    expect(report.graphSha256).toBe(sha256(graph));
    expect(report.sizeBytes).toBe(graph.byteLength);
    expect(report.largestGraphDifference).toBeLessThan(1e-6);
    expect(output).toEqual({
      index: 1,
      name: "logistic",
      graphSha256: report.graphSha256,
      metrics: { rocAuc: report.metrics.rocAuc },
    });
    expect(output.metrics.rocAuc).toBeGreaterThan(0.8);
  });

  it("builds the threshold that validation favours into the graph", async () => {
    const chosen = setUp();
    const fixed = setUp(
      shopModel(),
      shopDefinition({ threshold: { choose: "fixed", value: 0.25 } }),
    );

    await chosen.handler(event);
    await fixed.handler(event);

    const { threshold } = await reportOf(chosen);
    expect(threshold).toBeGreaterThan(0.3);
    expect(threshold).toBeLessThan(0.7);
    expect((await reportOf(fixed)).threshold).toBe(0.25);
    const labels = async ({ read }: typeof chosen) => {
      const scorer = await openScorer(await read(candidateFiles.graph));
      // log-odds of -1.01: a probability of 0.267
      const { labels = [] } = await scorer.score({ age: Float32Array.of(3.99), town: [""] });
      await scorer.release();
      return [...labels];
    };
    expect(await labels(chosen)).toEqual([0]);
    expect(await labels(fixed)).toEqual([1]);
  });

  it("builds the calibration that validation asks for into the graph", async () => {
    const plain = setUp();
    const calibrated = setUp(
      // Log-odds three times as sure as they should be.
      shopModel(3),
      shopDefinition({ calibration: { method: "platt" } }),
    );

    await plain.handler(event);
    await calibrated.handler(event);

    expect(await reportOf(plain)).not.toHaveProperty("calibration");
    const { calibration, metrics, largestGraphDifference } = await reportOf(calibrated);
    expect(calibration).toMatchObject({ method: "platt", curves: [{}] });
    expect(largestGraphDifference).toBeLessThan(1e-6);
    const uncalibrated = setUp(shopModel(3));
    await uncalibrated.handler(event);
    expect(metrics.logLoss).toBeLessThan(Number((await reportOf(uncalibrated)).metrics.logLoss));
  });

  it("gives the same bytes when it is tried again", async () => {
    const { handler, read } = setUp();
    const first = await handler(event);
    const report = await read(candidateFiles.metrics);

    expect(await handler(event)).toEqual(first);
    expect(await read(candidateFiles.metrics)).toEqual(report);
  });

  it("trains on a share of the rows, measures on all of validation, and keeps nothing", async () => {
    const { handler, orders, store, frames } = setUp();
    const candidate = { ...event.candidate, rowShare: 0.5 };

    const output = await handler({ ...event, candidate });

    expect(orders[0]?.train.rows).toBe(frames.train.rows / 2);
    expect(orders[0]?.validation).toBe(frames.validation);
    expect(output).toEqual({ index: 1, name: "logistic", metrics: { rocAuc: expect.any(Number) } });
    for await (const object of store.list("runs/")) expect.unreachable(object.key);
  });

  it("trains candidates that the search draws, behind those that are named", async () => {
    const search = { candidates: 1, families: [{ family: "logistic-regression" }] };
    const { handler, orders } = setUp(shopModel(), shopDefinition({ search }));

    await handler({ ...event, candidate: { index: 2, name: "logistic-regression-1" } });

    expect(orders[0]?.candidate.name).toBe("logistic-regression-1");
  });

  it("fails where trainer and graph disagree on one row, and stores nothing", async () => {
    const { handler, store } = setUp(shopModel(1, 1e-4));

    await expect(handler(event)).rejects.toThrow(
      /disagree on row 3 of the test split: trainer 0\./,
    );
    await expect(handler(event)).rejects.toThrow(IntegrityError);

    for await (const object of store.list("runs/")) expect.unreachable(object.key);
  });

  it("fails where ONNX Runtime refuses the graph", async () => {
    const { handler } = setUp({
      ...shopModel(),
      addTo: (graph, inputs) => graph.node("NoSuchOperator", [inputs.get("age") as Value]),
    });

    await expect(handler(event)).rejects.toThrow(IntegrityError);
  });

  it.each([
    ["an index that no candidate has", { index: 2, name: "logistic" }],
    ["another candidate's name", { index: 1, name: "boosting" }],
    ["a negative index", { index: -1, name: "logistic" }],
  ])("fails on %s", async (_name, candidate) => {
    const { handler, orders } = setUp();

    await expect(handler({ ...event, candidate })).rejects.toThrow(InvalidInputError);
    expect(orders).toEqual([]);
  });
});
