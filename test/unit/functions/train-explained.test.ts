import { describe, expect, it } from "vitest";
import { NotFoundError } from "../../../core/errors.ts";
import { scoreFrame } from "../../../core/evaluation/score-frame.ts";
import { parseExplainer } from "../../../core/explain/parse-explainer.ts";
import type { CandidateReport } from "../../../core/run/artifacts.ts";
import { candidateFiles, storageKeys } from "../../../core/storage-keys.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler, type TrainDeps } from "../../../functions/train/handler.ts";
import { run, shopDefinition, shopFrame, shopModel, shopWorld } from "./evaluate-world.ts";

const CANDIDATES = [
  { name: "it", family: "gradient-boosting", parameters: { trees: 6, leaves: 6 } },
  { name: "it", family: "logistic-regression" },
  { name: "it", family: "scorecard" },
];
const event = { ...run, candidate: { index: 0, name: "it" } };

/** Trains the only candidate of a definition as the platform would. */
function setUp(
  candidate: object,
  training: TrainDeps["trainCandidate"] = (order) => trainCandidate({ ...order, tools: {} }),
) {
  const world = shopWorld(shopDefinition({ candidates: [candidate] }));
  const handler = makeHandler({ ...world.deps, trainCandidate: training });
  const folder = storageKeys.candidate(run.model, run.runId, 0);
  const read = (name: keyof typeof candidateFiles) =>
    world.store.get(`${folder}/${candidateFiles[name]}`);
  const report = async () =>
    JSON.parse(new TextDecoder().decode(await read("metrics"))) as CandidateReport;
  return { handler, read, report };
}

describe("what training stores of a candidate that explains", () => {
  it.each(CANDIDATES)("adds up to the graph's score, of $family", async (candidate) => {
    const { handler, read, report } = setUp(candidate);
    await handler(event);

    const stored = await read("explainer");
    const explainer = parseExplainer(stored);
    const rows = shopFrame(50, 17);
    const scorer = await openScorer(await read("graph"));
    const probabilities = await scoreFrame(scorer, rows);
    await scorer.release();
    const size = explainer.inputs.length + 1;
    const contributions = explainer.contributions(rows);
    for (let row = 0; row < rows.rows; row++) {
      const sum = contributions.slice(row * size, (row + 1) * size).reduce((a, b) => a + b, 0);
      expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(probabilities[row] as number, 6);
    }
    expect(new Set(probabilities).size).toBeGreaterThan(5);
    expect((await report()).explainerSha256).toBe(sha256(stored));
  });

  it.each(CANDIDATES)("tells what moves its scores on average, of $family", async (candidate) => {
    const { handler, report } = setUp(candidate);
    await handler(event);

    const { contributions } = (await report()).training as {
      contributions: { feature: string; meanAbsolute: number; byScore: number[] }[];
    };
    expect(contributions.map(({ feature }) => feature)).toEqual(["age", "town"]);
    const [age, town] = contributions;
    expect(age?.meanAbsolute).toBeGreaterThan(2 * (town?.meanAbsolute ?? Number.NaN));
    expect(age?.byScore).toEqual([age?.meanAbsolute]);
  });

  it("is nothing of a family that does not explain", async () => {
    const { handler, read, report } = setUp(CANDIDATES[1] as object, async () => shopModel());
    await handler(event);

    await expect(read("explainer")).rejects.toThrow(NotFoundError);
    const found = await report();
    expect(found).not.toHaveProperty("explainerSha256");
    expect(found.training).toEqual({ rounds: 3 });
  });
});
