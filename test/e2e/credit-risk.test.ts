import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scoreFrame } from "../../core/evaluation/score-frame.ts";
import { parseExplainer } from "../../core/explain/parse-explainer.ts";
import type { CandidateReport } from "../../core/run/artifacts.ts";
import { candidateFiles, storageKeys } from "../../core/storage-keys.ts";
import { logOddsOf, scorePoints } from "../../core/training/scorecard/score-points.ts";
import { scorecardSchema } from "../../core/training/scorecard/scorecard.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";
import { storedDatasets } from "../../engine/evaluation/stored-datasets.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { type ExampleWorld, trainExample } from "../fixtures/e2e/example-model.ts";
import { ask } from "../fixtures/e2e/http.ts";

const MODEL = "credit-risk";

/** What the model's README promises, of every candidate that a run trains. */
describe("the credit-risk example", () => {
  let world: ExampleWorld;
  let validation: LabelledFrame;
  let test: LabelledFrame;

  beforeAll(async () => {
    world = await trainExample(MODEL, { files: ["lending_club.csv"] });
    const dataset = await storedDatasets(world.platform.store)(MODEL, world.report.datasetDigest);
    validation = await dataset.split("validation", []);
    test = await dataset.split("test", []);
    // under load, training takes a while
  }, 120_000);
  afterAll(() => world?.remove());

  const readCandidate = async (index: number, file: string) => {
    const folder = storageKeys.candidate(MODEL, world.report.runId, index);
    return world.platform.store.get(`${folder}/${file}`);
  };

  /** Probabilities by a candidate's graph. */
  async function score(index: number, frame: LabelledFrame): Promise<Float32Array> {
    const scorer = await openScorer(await readCandidate(index, candidateFiles.graph));
    try {
      return await scoreFrame(scorer, frame);
    } finally {
      await scorer.release();
    }
  }

  it("has three candidates that do better than chance by far, and one champion", async () => {
    const { candidates, passed, reasons, intervals } = world.report;

    expect(candidates.map(({ name }) => name)).toEqual(["scorecard", "boosting", "logistic"]);
    for (const { name, test } of candidates) {
      expect(test.rocAuc, name).toBeGreaterThan(0.7);
      expect(test.calibrationError, name).toBeLessThan(0.03);
    }
    expect(intervals.rocAuc?.low, "not by luck").toBeGreaterThan(0.65);
    expect(passed, reasons.join()).toBe(true);
    const { body } = await ask(world.platform.url, "GET", `/api/models/${MODEL}/aliases/champion`);
    expect(body).toMatchObject({ version: 1 });
  });

  it.each([0, 1, 2])("never lowers the risk as the rate rises: candidate %i", async (index) => {
    const before = await score(index, test);

    let raised = 0;
    for (const points of [0.5, 2, 10]) {
      const after = await score(index, withRate(test, points));
      const lowered = after.findIndex((risk, row) => risk < (before[row] as number));
      expect(lowered, `row ${lowered} has a lower risk at ${points} points more`).toBe(-1);
      raised += after.filter((risk, row) => risk > (before[row] as number)).length;
    }

    expect(raised, "the rate says something").toBeGreaterThan(test.rows / 4);
  });

  it.each([0, 1, 2])("has the cheapest threshold there is: candidate %i", async (index) => {
    const scores = await score(index, validation);
    const { threshold } = JSON.parse(
      Buffer.from(await readCandidate(index, candidateFiles.metrics)).toString(),
    ) as CandidateReport;

    const costs = [0, 1, ...new Set(scores)].map((other) => costOf(validation, scores, other));

    expect(costOf(validation, scores, threshold)).toBe(Math.min(...costs));
    expect(new Set(costs).size, "thresholds differ in what they cost").toBeGreaterThan(10);
  });

  it("saves money on loans that it has not seen", async () => {
    const { index } = world.report.candidate;
    const scores = await score(index, test);

    const cost = costOf(test, scores, world.report.threshold);

    const grantAll = costOf(test, scores, Number.POSITIVE_INFINITY);
    const refuseAll = costOf(test, scores, 0);
    expect(cost).toBeLessThan(0.9 * Math.min(grantAll, refuseAll));
  });

  it("holds groups of states against each other before a version may answer", () => {
    const [region] = world.report.fairness ?? [];
    const rates = (region?.groups ?? []).map(({ selectionRate }) => selectionRate as number);
    const gates = world.report.gates.filter(({ gate }) => gate.includes("region"));

    expect(region?.groups.map(({ group }) => group)).toEqual([
      "midwest",
      "northeast",
      "south",
      "west",
    ]);
    const [difference, ratio] = gates;
    expect(gates).toHaveLength(2);
    expect(difference?.value).toBeCloseTo(Math.max(...rates) - Math.min(...rates), 12);
    expect(ratio?.value).toBeCloseTo(Math.min(...rates) / Math.max(...rates), 12);
    expect(test.columns.map(({ name }) => name)).not.toContain("region");
    expect(test.columns.map(({ name }) => name)).not.toContain("addr_state");
  });

  it("answers with what follows from the points of its scorecard", async () => {
    const report = JSON.parse(
      Buffer.from(await readCandidate(0, candidateFiles.metrics)).toString(),
    ) as CandidateReport;
    const scorecard = scorecardSchema.parse(report.training.scorecard);
    const points = scorePoints(scorecard, test);
    const probabilities = await score(0, test);

    const rate = scorecard.inputs.find(({ name }) => name === "int_rate");
    const ofRate = rate?.bins.slice(0, -1).map((bin) => bin.points) ?? [];
    expect(ofRate, "points fall as the rate rises").toEqual(ofRate.toSorted((a, b) => b - a));
    expect(points.every(Number.isInteger), "whole points").toBe(true);
    expect(Math.max(...points) - Math.min(...points)).toBeGreaterThan(50);
    if (report.calibration?.method !== "platt")
      throw new Error("Platt's method is what it asks for");
    const [curve] = report.calibration.curves;
    points.forEach((sum, row) => {
      const logOdds = (curve?.slope ?? 0) * logOddsOf(scorecard, sum) + (curve?.intercept ?? 0);
      expect(probabilities[row]).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 6);
    });
  });

  it("explains the champion, which has transforms, by what an applicant gives", async () => {
    const { index } = world.report.candidate;
    const { calibration, training } = JSON.parse(
      Buffer.from(await readCandidate(index, candidateFiles.metrics)).toString(),
    ) as CandidateReport;
    const { inputs, contributions } = parseExplainer(
      await readCandidate(index, candidateFiles.explainer),
    );
    const probabilities = await score(index, test);
    const found = contributions(test);

    expect(training).toHaveProperty("transforms");
    expect(inputs.map(({ name }) => name)).toEqual(test.columns.map(({ name }) => name));
    if (calibration?.method !== "platt") throw new Error("Platt's method is what it asks for");
    const [curve] = calibration.curves;
    const size = inputs.length + 1;
    probabilities.forEach((probability, row) => {
      const sum = found.subarray(row * size, (row + 1) * size).reduce((a, b) => a + b, 0);
      const logOdds = (curve?.slope ?? 0) * sum + (curve?.intercept ?? 0);
      expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 6);
    });
  });

  it("refuses an applicant whose fields are wrong, and tells another's risk", async () => {
    const [definition] = world.platform.definitions;
    const asking = (changed: object) =>
      ask(world.platform.url, "POST", `/models/${MODEL}/predictions`, {
        instances: [{ ...definition?.example, ...changed }],
      });

    expect(await asking({ int_rate: -1 })).toMatchObject({ status: 400 });
    expect(await asking({ term: "term_99" })).toMatchObject({ status: 400 });
    expect(await asking({})).toMatchObject({
      status: 200,
      body: { predictions: [{ label: expect.any(Number), probability: expect.any(Number) }] },
    });
  });
});

/** The same rows at a rate that is so many points higher. */
function withRate(frame: LabelledFrame, points: number): LabelledFrame {
  const columns = frame.columns.map((column) =>
    column.kind === "number" && column.name === "int_rate"
      ? { ...column, values: column.values.map((rate) => rate + points) }
      : column,
  );
  return { ...frame, columns };
}

/** By the definition: a good loan refused costs 1, a bad one granted 10. */
function costOf({ labels }: LabelledFrame, scores: Float32Array, threshold: number): number {
  let cost = 0;
  scores.forEach((score, row) => {
    const isRefused = score >= threshold;
    if (isRefused && labels[row] === 0) cost += 1;
    if (!isRefused && labels[row] === 1) cost += 10;
  });
  return cost;
}
