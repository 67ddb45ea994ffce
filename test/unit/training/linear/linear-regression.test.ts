import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../core/errors.ts";
import { smoothingWidth } from "../../../../core/training/linear/fit-quantile.ts";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { numbers, shares, strings } from "../frames.ts";
import { EXACT, numberFrame, type Parameters, REGRESSION, train as trainTask } from "./train.ts";

/** y = 3 x - 2 (kind is "b") + 5 (x2 is missing) + noise whose spread grows with x. */
function frames(rows: number, seed: number): LabelledFrame {
  const next = shares(seed);
  const x = Array.from({ length: rows }, () => next() * 2);
  const x2 = Array.from({ length: rows }, () => (next() < 0.3 ? Number.NaN : next()));
  const kind = Array.from({ length: rows }, () => "abc"[Math.floor(next() * 3)] as string);
  const labels = x.map((value, i) => {
    const noise = (next() + next() - 1) * (0.1 + value);
    return 3 * value - (kind[i] === "b" ? 2 : 0) + (Number.isNaN(x2[i]) ? 5 : 0) + noise;
  });
  return numberFrame([numbers("x", x), numbers("x2", x2), strings("kind", kind)], labels);
}

const rows = frames(2_000, 1);
const heldOut = frames(1_000, 2);
const train = (parameters: Parameters = {}, frame = rows) =>
  trainTask(REGRESSION, frame, parameters);

const meanSquare = ({ labels }: LabelledFrame, scores: Float64Array) =>
  scores.reduce((sum, score, row) => sum + (score - (labels[row] as number)) ** 2, 0) /
  scores.length;

describe("linear regression", () => {
  it("fits a line through 1, 3 and 8 by hand: 4 + 3.5 (x - 1)", () => {
    const frame = numberFrame([numbers("x", [0, 1, 2])], [1, 3, 8]);

    const scores = train({ ...EXACT, l2: 0 }, frame).scores(frame);

    [0.5, 4, 7.5].forEach((score, row) => {
      expect(scores[row]).toBeCloseTo(score, 9);
    });
  });

  it("shrinks by n / (n + l2): 3.5 becomes 2.1 with l2 of 2 on three rows", () => {
    const frame = numberFrame([numbers("x", [0, 1, 2])], [1, 3, 8]);

    const scores = train({ ...EXACT, l2: 2 }, frame).scores(frame);

    expect((scores[2] as number) - (scores[1] as number)).toBeCloseTo(2.1, 9);
  });

  it("explains nine tenths of the variance of held-out rows", () => {
    const mean = [...heldOut.labels].reduce((a, b) => a + b, 0) / heldOut.rows;
    const constant = new Float64Array(heldOut.rows).fill(mean);

    const scores = train().scores(heldOut);

    expect(meanSquare(heldOut, scores)).toBeLessThan(0.1 * meanSquare(heldOut, constant));
    expect(
      trainTask(REGRESSION, rows, {}, { validation: heldOut }).summary.validationLoss,
    ).toBeCloseTo(meanSquare(heldOut, scores) / 2, 9);
  });

  it("answers in the target's unit, whatever that is, with the same penalties", () => {
    const scaled = { ...rows, labels: rows.labels.map((y) => y * 1024 - 77) };
    const parameters = { l1: 3, l2: 4 };
    const plain = train(parameters).scores(rows);

    train(parameters, scaled)
      .scores(rows)
      .forEach((score, row) => {
        expect(score).toBeCloseTo((plain[row] as number) * 1024 - 77, 6);
      });
  });

  it("counts rows by their weights: the weighted mean where there is nothing to learn from", () => {
    const frame = numberFrame([numbers("x", [5, 5, 5])], [1, 2, 6], [1, 2, 3]);

    expect(train({}, frame).scores(frame)[0]).toBeCloseTo(23 / 6, 12);
  });

  it.each<[string, Parameters]>([
    ["l1", { l1: 20 }],
    ["l2", { l2: 100 }],
    ["encoding", { encoding: "target" }],
    ["maxIterations", { maxIterations: 1 }],
    ["tolerance", { tolerance: 0.05 }],
  ])("changes with %s", (_name, parameters) => {
    expect(train(parameters).scores(heldOut)).not.toEqual(train().scores(heldOut));
  });

  it("does not rank", () => {
    expect(() => trainTask({ type: "ranking" }, rows)).toThrow(InvalidInputError);
  });
});

describe("quantiles of linear regression", () => {
  const quantiles = [0.1, 0.5, 0.9];
  const model = trainTask({ type: "regression", quantiles }, rows);

  it("lie above so many training rows, by weight too", () => {
    const weights = Float64Array.from({ length: rows.rows }, (_, row) => 1 + (row % 3));
    const weighted = trainTask({ type: "regression", quantiles }, { ...rows, weights });

    for (const [of, weightOf] of [
      [model, () => 1],
      [weighted, (row: number) => weights[row] as number],
    ] as const) {
      const scores = of.scores(rows);
      quantiles.forEach((quantile, k) => {
        let below = 0;
        let all = 0;
        rows.labels.forEach((label, row) => {
          all += weightOf(row);
          if (label <= (scores[row * 4 + k + 1] as number) + 1e-9) below += weightOf(row);
        });
        expect(Math.abs(below / all - quantile)).toBeLessThan(0.002);
      });
    }
  });

  it("cover held-out rows, and lie further apart where the target spreads more", () => {
    const scores = model.scores(heldOut);
    const spans: number[][] = [[], []];
    let covered = 0;
    heldOut.labels.forEach((label, row) => {
      const [low, high] = [scores[row * 4 + 1] as number, scores[row * 4 + 3] as number];
      if (low <= label && label <= high) covered++;
      const x = (heldOut.columns[0]?.kind === "number" && heldOut.columns[0].values[row]) || 0;
      (x < 1 ? spans[0] : spans[1])?.push(high - low);
    });
    const mean = (values: readonly number[] = []) =>
      values.reduce((a, b) => a + b, 0) / values.length;

    expect(Math.abs(covered / heldOut.rows - 0.8)).toBeLessThan(0.05);
    expect(mean(spans[1])).toBeGreaterThan(1.5 * mean(spans[0]));
  });

  it("count with their steps, and for whether training converged", () => {
    const frame = numberFrame(rows.columns.slice(0, 1), [...rows.labels]);
    const short = { maxIterations: 2 };

    const alone = train(short, frame).summary;
    const all = trainTask({ type: "regression", quantiles }, frame, short).summary;

    expect(alone.converged).toBe(true);
    expect(all).toMatchObject({ converged: false, iterations: (alone.iterations as number) + 6 });
  });

  it("are smoothed less the more rows a coefficient has, within bounds", () => {
    // 0.5 * ((4 + ln 120) / 120)^0.4
    expect(smoothingWidth(4, 120, 0.5)).toBeCloseTo(0.175729, 6);
    expect(smoothingWidth(4, 120, 0.1)).toBeLessThan(smoothingWidth(4, 120, 0.5));
    expect(smoothingWidth(4, 1e7, 0.5)).toBe(0.02);
    expect(smoothingWidth(10_000, 10, 0.5)).toBe(0.5);
  });

  it("leave the mean as it is", () => {
    const alone = train().scores(heldOut);

    expect(model.scores(heldOut).filter((_, i) => i % 4 === 0)).toEqual(alone);
  });
});
