import { describe, expect, it } from "vitest";
import { drawByGradient } from "../../../../core/training/boosting/goss.ts";
import { sampler } from "../../../../core/training/boosting/sampler.ts";
import { seededRandom } from "../../../../core/training/random.ts";
import { baselineLoss, logLoss, shops } from "../frames.ts";
import { boosted } from "./train.ts";

const train = shops(3_000, 1);
const validation = shops(1_000, 2);

/** Slopes by row: gradient `row % 10`, hessian 1. */
const fill = (_target: number, gradients: Float64Array, hessians: Float64Array) => {
  gradients.forEach((_, row) => {
    gradients[row] = -(row % 10);
  });
  hessians.fill(1);
};

describe("drawByGradient", () => {
  it("keeps the largest gradients, and others that count for those left out", () => {
    const shares = { topShare: 0.2, otherShare: 0.1 };

    const { rows, count, factors } = drawByGradient(shares, seededRandom(1), 1_000, 2, fill);
    const drawn = [...(rows as Uint32Array).subarray(0, count)];

    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    expect(drawn.filter((row) => row % 10 >= 8)).toHaveLength(200);
    const others = drawn.filter((row) => row % 10 < 8);
    expect(others).toHaveLength(100);
    expect(others.every((row) => factors?.[row] === 8)).toBe(true);
    expect(factors?.filter((factor) => factor !== 1)).toHaveLength(100);
  });

  it("fills up with equal gradients by row, and takes all rows where shares say so", () => {
    const draw = (topShare: number, otherShare: number) =>
      drawByGradient({ topShare, otherShare }, seededRandom(1), 100, 1, fill);

    expect(draw(0.05, 0.01).rows?.filter((row) => row % 10 === 9).length).toBeGreaterThanOrEqual(5);
    expect([...(draw(0.05, 0.01).rows as Uint32Array)].slice(0, 2)).toContain(9);
    expect(draw(0.05, 0.01).count).toBe(6);
    expect(draw(1, 0.5)).toEqual({ count: 100 });
    expect(draw(0.6, 0.9).count).toBe(100);
  });

  it("draws others evenly", () => {
    const random = seededRandom(5);
    const seen = new Float64Array(100);
    for (let round = 0; round < 2_000; round++) {
      const { rows } = drawByGradient({ topShare: 0.1, otherShare: 0.2 }, random, 100, 1, fill);
      for (const row of rows as Uint32Array) seen[row] = (seen[row] as number) + 1;
    }
    const others = [...seen].filter((_, row) => row % 10 !== 9);

    expect(Math.min(...others)).toBeGreaterThan(350);
    expect(Math.max(...others)).toBeLessThan(540);
  });
});

describe("sampler", () => {
  const shares = {
    sampling: "uniform" as const,
    ...{ rowShare: 1, columnShare: 1, nodeColumnShare: 1 },
    ...{ topShare: 0.2, otherShare: 0.1, learningRate: 0.5 },
  };
  const make = (
    changed: Partial<Parameters<typeof sampler>[0]>,
    sets: readonly (readonly number[])[] = [],
  ) => sampler({ ...shares, ...changed }, seededRandom(2), 100, 8, 1, sets);

  it("takes all where nothing is drawn, and says so", () => {
    const all = make({});

    expect(all.isRandom).toBe(false);
    expect(all.drawRows(0, fill)).toEqual({ count: 100 });
    expect(all.choiceAmong(all.drawFeatures())([3])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("draws rows, features of a tree and of a leaf, each anew", () => {
    const some = make({ rowShare: 0.3, columnShare: 0.5, nodeColumnShare: 0.5 });
    const features = some.drawFeatures();
    const choose = some.choiceAmong(features);

    expect(some.isRandom).toBe(true);
    expect(some.drawRows(0, fill).count).toBe(30);
    expect(features).toHaveLength(4);
    const choices = Array.from({ length: 20 }, () => choose([]));
    expect(choices.every((one) => one.length === 2 && one.every((f) => features.includes(f)))).toBe(
      true,
    );
    expect(new Set(choices.map(String)).size).toBeGreaterThan(3);
  });

  it("never draws none", () => {
    const least = make({ rowShare: 0, columnShare: 0, nodeColumnShare: 0 });

    expect(least.drawRows(0, fill).count).toBe(1);
    expect(least.choiceAmong(least.drawFeatures())([])).toHaveLength(1);
  });

  it("draws by gradients from the round on that the learning rate says", () => {
    const goss = make({ sampling: "goss" });

    expect(goss.isRandom).toBe(true);
    expect(goss.drawRows(1, fill)).toEqual({ count: 100 });
    expect(goss.drawRows(2, fill).count).toBe(30);
  });

  it("leaves to a leaf what shares a set with all above it", () => {
    const bound = make({}, [
      [0, 1],
      [1, 2],
    ]).choiceAmong([0, 1, 2, 3]);

    expect(bound([])).toEqual([0, 1, 2, 3]);
    expect(bound([1])).toEqual([0, 1, 2]);
    expect(bound([0, 1])).toEqual([0, 1]);
    expect(bound([3])).toEqual([3]);
  });
});

describe("GOSS", () => {
  it("learns from three tenths of the rows", () => {
    const parameters = { trees: 40, leaves: 8, learningRate: 0.2 } as const;
    const work = { train, validation };
    const goss = boosted({ ...parameters, sampling: "goss" }, work);
    const whole = boosted(parameters, work);

    expect(logLoss(validation, goss.predict(validation))).toBeLessThan(
      0.8 * baselineLoss(validation),
    );
    expect(goss.scores(validation)).not.toEqual(whole.scores(validation));
    expect(boosted({ ...parameters, sampling: "goss" }, work).state()).toEqual(goss.state());
  });
});
