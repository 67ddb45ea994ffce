import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../core/errors.ts";
import {
  baselineLoss,
  frameOf,
  logLoss,
  numbers,
  shares,
  shops,
  strings,
  withoutRows,
} from "../frames.ts";
import {
  BINARY,
  CLASSES,
  numberFrame,
  probabilitiesOf,
  REGRESSION,
  rowsAt,
  train,
  weighted,
} from "./train.ts";

/** Two arms of a spiral, which turn into each other once and a half. */
function spiral(rows: number, seed: number) {
  const next = shares(seed);
  const labels = Array.from({ length: rows }, (_, i) => i % 2);
  const points = labels.map((label) => {
    const along = 0.2 + 0.8 * next();
    const angle = along * 3 * Math.PI + label * Math.PI;
    return [along * Math.cos(angle) + next() / 20, along * Math.sin(angle) + next() / 20] as const;
  });
  const columns = [
    numbers(
      "x",
      points.map(([x]) => x),
    ),
    numbers(
      "y",
      points.map(([, y]) => y),
    ),
  ];
  return frameOf(columns, labels);
}

function accuracy(probabilities: Float64Array, labels: ArrayLike<number>): number {
  const right = probabilities.filter((p, i) => (p >= 0.5 ? 1 : 0) === labels[i]);
  return right.length / labels.length;
}

describe("a neural network", () => {
  it("learns exclusive or, which no line tells", async () => {
    const next = shares(1);
    const points = Array.from({ length: 400 }, () => [next() * 2 - 1, next() * 2 - 1] as const);
    const frame = frameOf(
      [
        numbers(
          "x",
          points.map(([x]) => x),
        ),
        numbers(
          "y",
          points.map(([, y]) => y),
        ),
      ],
      points.map(([x, y]) => (x * y > 0 ? 1 : 0)),
    );
    const parameters = { epochs: 30, batchSize: 32, dropout: 0, learningRate: 0.01 };

    const network = await train(BINARY, frame, { ...parameters, hiddenUnits: [16] });
    const line = await train(BINARY, frame, { ...parameters, hiddenUnits: [] });

    expect(accuracy(probabilitiesOf(network, frame), frame.labels)).toBeGreaterThan(0.95);
    expect(accuracy(probabilitiesOf(line, frame), frame.labels)).toBeLessThan(0.7);
  });

  it("learns a spiral, and says so on new rows", async () => {
    const parameters = { epochs: 60, batchSize: 32, dropout: 0, learningRate: 0.01 };

    const model = await train(BINARY, spiral(600, 1), { ...parameters, hiddenUnits: [32, 32] });

    const rows = spiral(300, 2);
    expect(accuracy(probabilitiesOf(model, rows), rows.labels)).toBeGreaterThan(0.95);
  });

  it("learns from strings and from what is missing, better than the base rate by far", async () => {
    const model = await train(BINARY, shops(4_000, 1), { epochs: 12, batchSize: 64 });

    const rows = shops(2_000, 2);
    expect(logLoss(rows, probabilitiesOf(model, rows))).toBeLessThan(0.75 * baselineLoss(rows));
  });

  it("tells classes apart by softmax", async () => {
    const next = shares(3);
    const labels = Array.from({ length: 600 }, (_, i) => i % 3);
    const x = labels.map((label) => Math.cos(label * 2.1) + (next() - 0.5) / 2);
    const y = labels.map((label) => Math.sin(label * 2.1) + (next() - 0.5) / 2);
    const frame = frameOf([numbers("x", x), numbers("y", y)], labels);

    const model = await train(CLASSES, frame, { epochs: 15, batchSize: 32, hiddenUnits: [8] });

    const scores = model.scores(frame);
    const wrong = labels.filter((label, row) => {
      const own = Array.from(scores.subarray(3 * row, 3 * row + 3));
      return own.indexOf(Math.max(...own)) !== label;
    });
    expect(scores).toHaveLength(1_800);
    expect(wrong.length).toBeLessThan(12);
  });

  it("predicts numbers in their own unit, and quantiles around them", async () => {
    const next = shares(4);
    const x = Array.from({ length: 2_000 }, () => next() * 2 - 1);
    const y = x.map((value) => 1_000 + 100 * value * value + 40 * (next() - 0.5));
    const frame = numberFrame([numbers("x", x)], y);

    const model = await train({ type: "regression", quantiles: [0.1, 0.9] }, frame, {
      epochs: 30,
      batchSize: 64,
      hiddenUnits: [32],
      dropout: 0,
      learningRate: 0.01,
    });

    const scores = model.scores(frame);
    const errors = x.map((value, row) => (scores[3 * row] as number) - 1_000 - 100 * value * value);
    const rmse = Math.hypot(...errors) / Math.sqrt(errors.length);
    const below = (column: number) =>
      y.filter((value, row) => value < (scores[3 * row + column] as number)).length / y.length;
    // The target's own deviation is 32, and its noise's 12.
    expect(rmse).toBeLessThan(5);
    expect(Math.abs(below(1) - 0.1)).toBeLessThan(0.06);
    expect(Math.abs(below(2) - 0.9)).toBeLessThan(0.06);
  });

  it("stops early, with the weights of the epoch that was best on validation", async () => {
    const [frame, validation] = [shops(300, 1), shops(300, 2)];
    const parameters = { epochs: 200, batchSize: 32, learningRate: 0.02, dropout: 0 };

    const model = await train(
      BINARY,
      frame,
      { ...parameters, earlyStoppingEpochs: 3 },
      { validation },
    );

    const { bestEpoch, epochs, learningCurve } = model.summary as {
      bestEpoch: number;
      epochs: number;
      learningCurve: readonly { validation: number }[];
    };
    const losses = learningCurve.map((losses) => losses.validation);
    expect(epochs).toBe(bestEpoch + 3);
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(bestEpoch);
    expect(logLoss(validation, probabilitiesOf(model, validation))).toBeCloseTo(
      losses[bestEpoch - 1] as number,
      5,
    );
  });

  it("gives equal bytes for equal seeds, and others for others", async () => {
    const frame = shops(300, 1);
    const scoresWith = async (seed: number) =>
      (await train(BINARY, frame, { epochs: 2 }, { seed })).scores(frame);

    expect(await scoresWith(1)).toEqual(await scoresWith(1));
    expect(await scoresWith(1)).not.toEqual(await scoresWith(2));
  });

  it("counts a row of weight 2 as two rows, and one of weight 0 not at all", async () => {
    const frame = rowsAt(
      shops(64, 1),
      Array.from({ length: 64 }, (_, i) => i),
    );
    // One batch an epoch and no noise: then only the sums of slopes matter.
    const parameters = {
      batchSize: 128,
      epochs: 5,
      dropout: 0,
      batchNormalisation: false,
      hiddenUnits: [4],
    };
    const scored = { ...frame, columns: frame.columns };
    const heavy = await train(
      BINARY,
      weighted(
        frame,
        frame.columns[0] ? Array.from({ length: 64 }, (_, i) => (i < 32 ? 3 : 0)) : [],
      ),
      parameters,
    );
    const plain = await train(
      BINARY,
      rowsAt(
        frame,
        Array.from({ length: 32 }, (_, i) => i),
      ),
      parameters,
    );
    const light = await train(
      BINARY,
      weighted(
        frame,
        Array.from({ length: 64 }, (_, i) => (i < 32 ? 3 : 1)),
      ),
      parameters,
    );

    expect(heavy.scores(scored)).toEqual(plain.scores(scored));
    expect(light.scores(scored)).not.toEqual(plain.scores(scored));
  });
});

describe("a neural network, where there is little to learn", () => {
  const PARAMETERS = { epochs: 2, hiddenUnits: [4] };

  it("predicts a constant target exactly", async () => {
    const frame = numberFrame([numbers("x", [1, 2, 3, NaN])], [7.25, 7.25, 7.25, 7.25]);

    const model = await train({ type: "regression", quantiles: [0.5] }, frame, PARAMETERS);

    expect([...model.scores(frame)]).toEqual([7.25, 7.25, 7.25, 7.25, 7.25, 7.25, 7.25, 7.25]);
  });

  it.each([
    ["a constant column", frameOf([numbers("x", [0.1, 0.1, 0.1])], [0, 1, 1])],
    ["a single row", frameOf([numbers("x", [3]), strings("s", ["a"])], [1])],
    ["duplicate rows", frameOf([numbers("x", [1, 1, 1, 1])], [0, 1, 1, 1])],
    [
      "nothing but missing",
      frameOf([numbers("x", [NaN, NaN]), strings("s", [null, null])], [0, 1]),
    ],
    ["one string", frameOf([strings("s", ["a", "a", "a"])], [0, 1, 0])],
    ["infinities", frameOf([numbers("x", [Infinity, -Infinity, 3.4e38, -3.4e38])], [0, 1, 0, 1])],
  ])("has finite scores with %s", async (_name, frame) => {
    const model = await train(BINARY, frame, PARAMETERS, { validation: frame });

    const scores = model.scores(frame);

    expect(scores.every(Number.isFinite)).toBe(true);
    expect(scores).toHaveLength(frame.rows);
  });

  it("starts at the base rate", async () => {
    const frame = frameOf([numbers("x", [NaN, NaN, NaN, NaN])], [1, 1, 1, 0]);

    const model = await train(BINARY, frame, { epochs: 1, learningRate: 1e-9, hiddenUnits: [] });

    // (3 + 0.5) / (1 + 0.5): half a row more of each class.
    expect(model.scores(frame)[0]).toBeCloseTo(Math.log(3.5 / 1.5), 6);
  });

  it("keeps the most frequent of 100,000 strings, and its memory bounded", async () => {
    const names = Array.from({ length: 100_200 }, (_, i) => `name ${i < 200 ? 0 : i}`);
    const dictionary = [...new Set(names)].sort();
    const codeOf = new Map(dictionary.map((text, code) => [text, code]));
    const codes = Int32Array.from(names, (text) => codeOf.get(text) as number);
    const frame = frameOf(
      [{ kind: "category", name: "s", dictionary, codes }],
      names.map((_, i) => (i < 200 ? 1 : i % 2)),
    );

    const model = await train(BINARY, frame, {
      ...PARAMETERS,
      epochs: 1,
      maxCategories: 1_000,
      embeddingSize: 2,
      batchSize: 8_192,
    });

    expect(model.summary.embeddings).toEqual([{ name: "embedding of s", dims: [1_001, 2] }]);
    expect(model.scores(frame).every(Number.isFinite)).toBe(true);
  });

  it("scores a string that it has never seen as one that is missing", async () => {
    const frame = shops(200, 1);
    const model = await train(BINARY, frame, PARAMETERS);
    const [x, y, , noise] = rowsAt(frame, [0, 0]).columns;

    const scores = model.scores(
      frameOf(
        [x, y, strings("shop", ["new", null]), noise].filter((c) => c !== undefined),
        [0, 0],
      ),
    );

    expect(scores[0]).toBe(scores[1]);
  });

  it("fails where no row has a weight", async () => {
    const frame = weighted(frameOf([numbers("x", [1, 2])], [0, 1]), [0, 0]);

    await expect(train(BINARY, frame)).rejects.toThrow(InvalidInputError);
  });

  it("fails on ranking", async () => {
    const frame = numberFrame([numbers("x", [1, 2])], [0, 1]);

    await expect(train({ type: "ranking" }, frame)).rejects.toThrow(/gradient-boosting/);
  });

  it("fails, and says what to change, when the loss grows out of all bounds", async () => {
    const frame = shops(60, 1);
    // Each step takes ten times the weights off them.
    const parameters = { learningRate: 1, weightDecay: 10, epochs: 100, hiddenUnits: [] };

    await expect(train(BINARY, frame, parameters)).rejects.toThrow(/lower learningRate, now 1/);
  });

  it("fails on a target whose deviation has no double", async () => {
    const frame = numberFrame([numbers("x", [1, 2, 3])], [1e300, -1e300, 0]);

    await expect(train(REGRESSION, frame)).rejects.toThrow(/smaller unit/);
  });

  it("fails on other columns than those of training", async () => {
    const frame = frameOf([numbers("x", [1, 2])], [0, 1]);
    const model = await train(BINARY, frame, PARAMETERS);

    expect(() => model.scores(withoutRows(shops(2, 1)))).toThrow(InvalidInputError);
  });
});
