import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { IntegrityError, InvalidInputError } from "../../../core/errors.ts";
import { openScorer, scorerOpener } from "../../../engine/onnx/open-scorer.ts";
import { runChild } from "../../fixtures/e2e/child.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { tinyGraph } from "../../fixtures/tiny-graph.ts";

const inputs = [
  { name: "distance", kind: "number" },
  { name: "origin", kind: "category" },
] as const;
const graph = tinyGraph(inputs, {
  weights: { distance: 0.5 },
  categories: { origin: { ORD: 1, LAX: -4 } },
  bias: -1,
});

describe("openScorer", () => {
  it("keeps ONNX Runtime from reporting to its maker, which it would prepare in this folder", async () => {
    const TMPDIR = temporaryFolder();
    // in continuous integration it is silent anyway, and would prove nothing
    const { code } = await runChild(["test/fixtures/open-graph.ts"], { TMPDIR, CI: "" });

    expect(code).toBe(0);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  it("gives label and probability of every row", async () => {
    const scorer = await openScorer(graph);

    const { labels = [], scores } = await scorer.score({
      distance: Float32Array.of(2, 2, Number.NaN),
      origin: ["ORD", "LAX", ""],
    });

    // logits: 0.5*2 + 1 - 1 = 1; 1 - 4 - 1 = -4; 0 + 0 - 1 = -1
    expect([...labels]).toEqual([1, 0, 0]);
    expect(scores[0]).toBeCloseTo(0.7310586, 6);
    expect(scores[1]).toBeCloseTo(0.0179862, 6);
    expect(scores[2]).toBeCloseTo(0.2689414, 6);
    await scorer.release();
  });

  it("gives the same with more threads, and nothing for no rows", async () => {
    const scorer = await scorerOpener({ threads: 2 })(graph);

    const some = await scorer.score({ distance: Float32Array.of(2), origin: ["ORD"] });
    const none = await scorer.score({ distance: new Float32Array(0), origin: [] });

    expect(some.scores[0]).toBeCloseTo(0.7310586, 6);
    expect(none.labels).toHaveLength(0);
    await scorer.release();
  });

  it.each([
    ["a missing column", { distance: Float32Array.of(1) }, /column origin is missing/],
    [
      "an unknown column",
      { distance: Float32Array.of(1), origin: ["A"], delay: Float32Array.of(1) },
      /no input \[delay\]/,
    ],
    ["strings for numbers", { distance: ["1"], origin: ["A"] }, /distance is string, not float32/],
    [
      "columns of different length",
      { distance: Float32Array.of(1, 2), origin: ["A"] },
      /origin has 1 rows, not 2/,
    ],
  ])("fails on %s", async (_name, columns, message) => {
    const scorer = await openScorer(graph);

    await expect(scorer.score(columns)).rejects.toThrow(InvalidInputError);
    await expect(scorer.score(columns)).rejects.toThrow(message);
    await scorer.release();
  });

  it("fails with IntegrityError on a graph without the outputs of a model", async () => {
    const text = Buffer.from(graph).toString("latin1");
    const renamed = Buffer.from(text.replaceAll("probabilities", "probabilitiez"), "latin1");

    await expect(openScorer(renamed)).rejects.toThrow(
      /outputs \[label,probabilitiez\], which are those of no task/,
    );
  });

  it.each([
    ["no bytes", new Uint8Array(0)],
    ["other bytes", new Uint8Array(1_000).fill(7)],
    ["half a graph", graph.subarray(0, graph.length / 2)],
  ])("fails with IntegrityError on %s", async (_name, bytes) => {
    await expect(openScorer(bytes)).rejects.toThrow(IntegrityError);
  });
});
