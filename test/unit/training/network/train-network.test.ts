import { describe, expect, it } from "vitest";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { baselineLoss, frameOf, logLoss, numbers, shares, shops } from "../frames.ts";
import { BINARY, CLASSES, numberFrame, probabilitiesOf, rowsAt, train, weighted } from "./train.ts";

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
    const model = await train(BINARY, shops(3_000, 1), {
      epochs: 8,
      batchSize: 64,
      hiddenUnits: [16],
    });

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

  it("takes the first of equally good epochs", async () => {
    const [frame, validation] = [shops(50, 1), shops(50, 2)];
    // Steps too small for a float32: the weights stay.
    const parameters = { learningRate: 1e-30, batchNormalisation: false, earlyStoppingEpochs: 2 };

    const { summary } = await train(BINARY, frame, parameters, { validation });

    expect(summary).toMatchObject({ bestEpoch: 1, epochs: 3 });
  });

  it("does not stop early where no validation row has a weight", async () => {
    const frame = shops(50, 1);
    const validation = weighted(frame, Array(50).fill(0));

    const { summary } = await train(BINARY, frame, { epochs: 2 }, { validation });

    expect(summary).toMatchObject({ bestEpoch: 2, learningCurve: [{}, { validation: null }] });
  });

  it("gives equal bytes for equal seeds, and others for others", async () => {
    const frame = shops(300, 1);
    const scoresWith = async (seed: number) =>
      (await train(BINARY, frame, { epochs: 2 }, { seed })).scores(frame);

    expect(await scoresWith(1)).toEqual(await scoresWith(1));
    expect(await scoresWith(1)).not.toEqual(await scoresWith(2));
  });

  /** One batch an epoch, without noise: nothing but sums of slopes matters. */
  const WHOLE = { hiddenUnits: [4], batchSize: 256, dropout: 0, batchNormalisation: false };

  it("counts a row of weight 2 as two rows", async () => {
    // Counted once each, x says nothing; twice the first two, it does.
    const frame = frameOf([numbers("x", [-1, 1, -1, 1])], [0, 1, 1, 0]);
    const parameters = { ...WHOLE, epochs: 20, learningRate: 0.05 };
    const trained = async (rows: LabelledFrame) =>
      (await train(BINARY, rows, parameters)).scores(frame);

    const weighed = await trained(weighted(frame, [2, 2, 1, 1]));
    const copied = await trained(rowsAt(frame, [0, 0, 1, 1, 2, 3]));

    expect((weighed[1] as number) - (weighed[0] as number)).toBeGreaterThan(0.5);
    weighed.forEach((score, row) => {
      expect(score).toBeCloseTo(copied[row] as number, 4);
    });
  });

  it("leaves rows of weight 0 out, to the last byte", async () => {
    const frame = shops(64, 1);
    const places = Array.from({ length: 64 }, (_, row) => row);
    const trained = async (rows: LabelledFrame) =>
      (await train(BINARY, rows, { epochs: 2, batchSize: 10 }, { validation: rows })).scores(frame);

    const weighed = await trained(
      weighted(
        frame,
        places.map((row) => (row < 32 ? 3 : 0)),
      ),
    );

    expect(weighed).toEqual(await trained(rowsAt(frame, places.slice(0, 32))));
  });
});
