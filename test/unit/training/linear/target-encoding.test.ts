import { describe, expect, it } from "vitest";
import {
  drawFolds,
  encodeByTarget,
  fitTargetEncoder,
} from "../../../../core/training/linear/target-encoding.ts";
import fixture from "../../../fixtures/linear/linear.json" with { type: "json" };
import { baselineLoss, frameOf, logLoss, numbers, shares, strings } from "../frames.ts";
import { BINARY, type Parameters, train } from "./train.ts";

const city = strings("city", ["a", "a", "a", "b", "b", null]);
const target = [1, 0, 1, 0, 0, 1];
const foldOf = Uint8Array.of(0, 1, 1, 0, 1, 0);

function fitted({
  smoothing = 2,
  weights,
}: {
  smoothing?: number;
  weights?: readonly number[];
} = {}) {
  return fitTargetEncoder(city, {
    parts: [target],
    weights: weights ? Float64Array.from(weights) : undefined,
    foldOf,
    folds: 2,
    smoothing,
  });
}

describe("fitTargetEncoder", () => {
  it("mixes each string's mean with the overall one", () => {
    // overall 1/2, a: (2 + 2 * 1/2) / (3 + 2), b: (0 + 2 * 1/2) / (2 + 2)
    const [table] = fitted().encoder.tables;

    expect([...(table as Float32Array)]).toEqual([0.5, Math.fround(0.6), 0.25, Number.NaN]);
  });

  it("encodes a training row by the other fold's rows only, as far as they are off their mean", () => {
    // fold 1 has a: 0 and 1, b: 0, overall 1/3; fold 0 has a: 1, b: 0, missing: 1, overall 2/3
    // overall 1/2, so the one is shifted by 1/6 and the other by -1/6
    const [values] = fitted().outOfFold;

    const byFoldOne = [(1 + 2 / 3) / 4 + 1 / 6, (0 + 2 / 3) / 3 + 1 / 6];
    const byFoldZero = [(1 + 4 / 3) / 3 - 1 / 6, (0 + 4 / 3) / 3 - 1 / 6];
    expect([...(values as Float32Array)]).toEqual(
      [byFoldOne[0], byFoldZero[0], byFoldZero[0], byFoldOne[1], byFoldZero[1], Number.NaN].map(
        (value) => Math.fround(value as number),
      ),
    );
  });

  it("counts rows by their weights", () => {
    // overall 3/4, a: (3 + 1.5) / (3 + 2)
    const [table] = fitted({ weights: [3, 0, 0, 1, 0, 0] }).encoder.tables;

    expect(table?.[0]).toBe(0.75);
    expect(table?.[1]).toBeCloseTo(0.9, 6);
  });

  it("tells nothing of a row's fold, nor so of its target, by a column of one string", () => {
    const { outOfFold } = fitTargetEncoder(
      strings(
        "s",
        target.map(() => "a"),
      ),
      {
        parts: [target],
        weights: undefined,
        foldOf,
        folds: 2,
        smoothing: 2,
      },
    );

    expect(new Set(outOfFold[0])).toEqual(new Set([0.5]));
  });

  it("takes differences by rounding for none", () => {
    // every string has one row, so each number is the overall mean, about 1e-17, and a rounding
    const { outOfFold } = fitTargetEncoder(strings("s", ["a", "b", "c", "d", null]), {
      parts: [[0.1, 0.2, -0.3, 1e-17, 0]],
      weights: undefined,
      foldOf: Uint8Array.of(0, 1, 2, 3, 4),
      folds: 5,
      smoothing: 3,
    });

    expect(new Set(outOfFold[0]?.subarray(0, 4)).size).toBe(1);
    expect(outOfFold[0]?.[4]).toBeNaN();
  });

  it("gives strings that only one fold has the overall mean where nothing smooths", () => {
    const [values] = fitTargetEncoder(strings("s", ["a", "b", "b"]), {
      parts: [[1, 0, 1]],
      weights: undefined,
      foldOf: Uint8Array.of(0, 1, 1),
      folds: 2,
      smoothing: 0,
    }).outOfFold;

    expect([...(values as Float32Array)]).toEqual(new Array(3).fill(Math.fround(2 / 3)));
  });

  it("takes all rows where all lie in one fold", () => {
    const { encoder, outOfFold } = fitTargetEncoder(strings("s", ["a"]), {
      parts: [[1]],
      weights: undefined,
      foldOf: Uint8Array.of(3),
      folds: 5,
      smoothing: 10,
    });

    expect([...(outOfFold[0] as Float32Array)]).toEqual([1]);
    expect([...(encoder.tables[0] as Float32Array)]).toEqual([1, 1, Number.NaN]);
  });

  it.each([
    ["binary", [fixture.labels.binary]],
    ["multiclass", [0, 1, 2].map((k) => fixture.labels.multiclass.map((l) => Number(l === k)))],
    ["regression", [fixture.labels.regression]],
  ] as const)("has the values of scikit-learn's TargetEncoder: %s", (type, parts) => {
    const { encoder } = fitTargetEncoder(strings("city", fixture.city), {
      parts,
      weights: undefined,
      foldOf: new Uint8Array(fixture.city.length),
      folds: 2,
      smoothing: 10,
    });

    const values = encodeByTarget(strings("city", ["a", "b", "c", "d", "e", "?"]), encoder);

    // columns by code unit: "?" stands first in the dictionary, rows stay in their order
    fixture.targetEncodings[type].forEach((expected, row) => {
      expected.forEach((value, part) => {
        expect((values[part]?.[row] as number) / value).toBeCloseTo(1, 6);
      });
    });
  });
});

describe("encodeByTarget", () => {
  it("gives unknown strings the overall mean and missing ones NaN", () => {
    const asked = strings("city", ["b", "new", null, "", "\0b", "b\0x"]);

    const [values] = encodeByTarget(asked, fitted().encoder);

    expect([...(values as Float32Array)]).toEqual([0.25, 0.5, NaN, NaN, NaN, 0.25]);
  });
});

describe("drawFolds", () => {
  it("draws every fold about as often, by the seed", () => {
    const counts = new Array(5).fill(0);
    for (const fold of drawFolds(10_000, 5, 1)) counts[fold]++;

    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
    expect(drawFolds(100, 5, 1)).toEqual(drawFolds(100, 5, 1));
    expect(drawFolds(100, 5, 1)).not.toEqual(drawFolds(100, 5, 2));
  });
});

describe("a linear model with target encoding", () => {
  const next = shares(4);
  /** Strings that tell the odds, a handful of rows each, and ones without meaning. */
  function rows(count: number) {
    const user = Array.from({ length: count }, () => Math.floor(next() * 300));
    const noise = Array.from({ length: count }, () => `n${Math.floor(next() * 600)}`);
    const labels = user.map((id) => (next() < (id % 3 === 0 ? 0.9 : 0.2) ? 1 : 0));
    const users = user.map((id, i) => (i % 50 === 0 ? null : `user ${id}`));
    return frameOf(
      [strings("user", users), strings("noise", noise), numbers("x", user.map(next))],
      labels,
    );
  }
  const trained = rows(3_000);
  const heldOut = rows(2_000);
  const model = (parameters: Parameters = {}, seed = 1) =>
    train(BINARY, trained, { encoding: "target", ...parameters }, { seed });

  it("learns from strings with few rows without believing those that mean nothing", () => {
    const probabilities = model().predict(heldOut);

    expect(logLoss(heldOut, probabilities)).toBeLessThan(0.8 * baselineLoss(heldOut));
    const [first, second] = model().summary.importances as {
      feature: string;
      importance: number;
    }[];
    expect(first?.feature).toBe("user");
    expect(second?.importance).toBeLessThan(0.2 * (first?.importance as number));
  });

  it("has one coefficient a column, however many strings", () => {
    // intercept, user and whether it is missing, noise, x
    expect(model().summary.coefficients).toBe(5);
  });

  it.each<[string, Parameters]>([
    ["encodingSmoothing", { encodingSmoothing: 1 }],
    ["encodingFolds", { encodingFolds: 2 }],
  ])("changes with %s", (_name, parameters) => {
    expect(model(parameters).scores(heldOut)).not.toEqual(model().scores(heldOut));
  });

  it("is the same with the same seed, and another with another", () => {
    expect(model().scores(heldOut)).toEqual(model().scores(heldOut));
    expect(model({}, 2).scores(heldOut)).not.toEqual(model().scores(heldOut));
  });
});
