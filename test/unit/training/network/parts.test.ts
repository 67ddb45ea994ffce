import { describe, expect, it } from "vitest";
import { networkParameters } from "../../../../core/definition/parameters/network.ts";
import { batchBuffers } from "../../../../core/training/network/batch.ts";
import { inputReader, planInputs } from "../../../../core/training/network/encode-inputs.ts";
import { inputLayer } from "../../../../core/training/network/layers/input-layer.ts";
import { learningRateAt } from "../../../../core/training/network/learning-rate.ts";
import { lossOf } from "../../../../core/training/network/loss.ts";
import { networkOf } from "../../../../core/training/network/network.ts";
import { fillMask, shuffle } from "../../../../core/training/network/random-floats.ts";
import {
  planTargets,
  relativeWeights,
  targetsOf,
} from "../../../../core/training/network/targets.ts";
import { seededRandom } from "../../../../core/training/random.ts";
import { frameOf, numbers, strings } from "../frames.ts";
import { openStep, planOf, ratesFor } from "./step-runner.ts";
import { BINARY, CLASSES, numberFrame, REGRESSION, weighted } from "./train.ts";

describe("learningRateAt", () => {
  const PARAMETERS = networkParameters.parse({ learningRate: 0.1, epochs: 10 });

  it("falls as half a cosine after a warm-up that grows as a line", () => {
    const parameters = { ...PARAMETERS, schedule: "cosine" as const, warmupEpochs: 2 };
    const at = (epoch: number) => learningRateAt(epoch, 0.5, parameters);

    expect(at(0)).toBeCloseTo(0.025, 12);
    expect(at(1)).toBeCloseTo(0.075, 12);
    expect(at(1.9)).toBeCloseTo(0.1, 12);
    expect(at(2)).toBeCloseTo(0.1, 12);
    expect(at(6)).toBeCloseTo(0.05, 12);
    expect(at(10)).toBeCloseTo(0, 12);
  });

  it("falls by its factor every few epochs", () => {
    const parameters = { ...PARAMETERS, schedule: "step" as const, stepEpochs: 3, stepFactor: 0.5 };

    expect([0, 2.9, 3, 6.1].map((epoch) => learningRateAt(epoch, 0.1, parameters))).toEqual([
      0.1, 0.1, 0.05, 0.025,
    ]);
  });

  it("stays where it is", () => {
    expect(learningRateAt(7, 0.1, { ...PARAMETERS, schedule: "constant" })).toBe(0.1);
  });
});

describe("randomness of training", () => {
  it("drops the share that is asked for and scales up the rest", () => {
    const mask = new Float32Array(40_001);

    fillMask(seededRandom(3), mask, 0.2);

    const kept = mask.filter((value) => value > 0);
    expect(new Set(kept)).toEqual(new Set(Float32Array.of(1.25)));
    expect(Math.abs(kept.length / mask.length - 0.8)).toBeLessThan(0.01);
  });

  it("brings each row to each place equally often", () => {
    const counts = new Float64Array(9);
    const random = seededRandom(4);
    for (let draw = 0; draw < 3_000; draw++) {
      const values = Uint32Array.of(0, 1, 2);
      shuffle(random, values);
      values.forEach((value, place) => {
        counts[3 * place + value] = (counts[3 * place + value] as number) + 1;
      });
    }

    for (const count of counts) expect(Math.abs(count / 1_000 - 1)).toBeLessThan(0.1);
  });
});

describe("AdamW", () => {
  it("moves by one learning rate first, and takes its decay off matrices only", async () => {
    const step = await openStep({ task: REGRESSION, numbers: 1, shape: { hiddenUnits: [] } }, 1);
    const one = (value: number, ...dims: number[]) => ({ data: Float64Array.of(value), dims });

    // Output 3 * 2 + 1 = 7, target 5: slopes of weight and bias are 2 * 3 and 2.
    const { gradient, newParameters, newFirst, newSecond } = await step.run({
      ...step.feeds,
      numbers: one(3, 1, 1),
      targets: one(5, 1, 1),
      weights: one(1, 1, 1),
      parameters: { data: Float64Array.of(2, 1), dims: [2] },
      ...ratesFor(1, 0.1, 0.5),
    });

    expect(gradient?.data).toEqual(Float64Array.of(6, 2));
    expect(newFirst?.data[0]).toBeCloseTo(0.6, 12);
    expect(newSecond?.data[0]).toBeCloseTo(0.036, 12);
    // 2 - 0.1 * 0.5 * 2 - 0.1, and 1 - 0.1
    expect(newParameters?.data[0]).toBeCloseTo(1.8, 8);
    expect(newParameters?.data[1]).toBeCloseTo(0.9, 8);
    await step.release();
  });
});

describe("inputs of a network", () => {
  const OPTIONS = { clip: 1.5, maxCategories: 2 };

  it("are standardised numbers, cut off, with 0 and an indicator for what is missing", () => {
    const frame = frameOf(
      [numbers("x", [1, 3, NaN, 1, 3]), numbers("full", [0, 0, 0, 0, 10])],
      [0, 1, 0, 1, 0],
    );
    const plan = planInputs(frame.columns, OPTIONS);
    const read = new Float64Array(5 * plan.numberCount);

    inputReader(frame, plan).readNumbers(Uint32Array.of(4, 2), read);

    // x: mean 2, deviation 1. full: mean 2, deviation 4.
    expect(plan.numberCount).toBe(3);
    expect([...read.subarray(0, 6)]).toEqual([1, 1.5, 0, 0, -0.5, 1]);
  });

  it("give a row of the table to the most frequent strings, and row 0 to all others", () => {
    const values = ["b", "a", "c", "a", null, "b", "a"];
    const frame = frameOf([strings("s", values)], [0, 1, 0, 1, 0, 1, 0]);
    const codes = new Int32Array(7);

    const reader = inputReader(frame, planInputs(frame.columns, OPTIONS));
    reader.readCodes(0, Uint32Array.of(0, 1, 2, 3, 4, 5, 6), { codes, offset: 0, step: 1 });

    expect([...codes]).toEqual([2, 1, 0, 1, 0, 2, 1]);
  });

  it("have an embedding that grows with the number of strings, up to 32", () => {
    const parameters = networkParameters.parse({});
    const sizes = networkOf(planOf(0, [0, 2, 10, 228, 10_000]), parameters, Float64Array.of(0))
      .input.parameters;

    // 1.6 n^0.56: 0, 2.36, 5.81, 33.4…
    expect(sizes.map(({ dims }) => dims)).toEqual([
      [1, 1],
      [3, 2],
      [11, 6],
      [229, 32],
      [10_001, 32],
    ]);
  });
});

describe("targets of a network", () => {
  it("are standardised by weighted mean and deviation", () => {
    const frame = weighted(numberFrame([], [0, 10, 10]), [2, 1, 1]);
    const plan = planTargets(REGRESSION, frame);

    expect(plan).toEqual({ mean: 5, deviation: 5, start: Float64Array.of(0) });
    expect([...targetsOf(frame, plan)]).toEqual([-1, 1, 1]);
    expect([...relativeWeights(frame)]).toEqual([1.5, 0.75, 0.75]);
  });

  it("start at the weighted log-odds or log-shares, half a row added to each class", () => {
    const two = weighted(frameOf([], [1, 0, 0]), [2, 1, 1]);
    const three = frameOf([], [0, 0, 2]);

    expect(planTargets(BINARY, two).start[0]).toBeCloseTo(Math.log(2 / 2), 12);
    [2.5, 0.5, 1.5].forEach((count, i) => {
      expect(planTargets(CLASSES, three).start[i]).toBeCloseTo(Math.log(count / 4.5), 12);
    });
  });
});

describe("what is constant but for rounding", () => {
  it("has no deviation, as a target and as an input", () => {
    // Ten times 0.1 is 0.9999999999999999, and a tenth of it not 0.1.
    const target = planTargets(REGRESSION, numberFrame([], Array(10).fill(0.1)));
    const column = numbers("x", Array(11).fill(0.1));
    const [input] = planInputs([column], { clip: 10, maxCategories: 1 }).numbers;

    expect(target.mean).toBeCloseTo(0.1, 15);
    expect(target.deviation).toBe(0);
    expect(input?.mean).toBe(column.values[0]);
    expect(input?.inverseDeviation).toBe(0);
  });
});

describe("a batch", () => {
  it("weighs its rows by their weight over their number", () => {
    const network = networkOf(planOf(1), networkParameters.parse({}), Float64Array.of(0));
    const rows = {
      reader: { readNumbers() {}, readCodes() {} },
      targets: Float32Array.of(5, 6, 7),
      weights: Float64Array.of(0.5, 1, 1.5),
    };

    const { targets, weights } = batchBuffers(network, 3).answers(rows, Uint32Array.of(2, 0));

    expect(targets).toEqual({ data: Float32Array.of(7, 5), dims: [2, 1] });
    expect(weights).toEqual({ data: Float32Array.of(0.75, 0.25), dims: [2, 1] });
  });
});

describe("a table of strings", () => {
  it("starts with row 0, of all that is unknown, at 0 and the others anywhere", () => {
    const [table] = inputLayer(0, [{ name: "s", rows: 3, size: 2 }]).parameters;
    const values = new Float32Array(6);

    table?.start(values, seededRandom(1));

    expect([...values.subarray(0, 2)]).toEqual([0, 0]);
    expect(new Set(values).size).toBe(5);
  });
});

describe("losses of one row", () => {
  const SQUARED = { loss: "squared", huberDelta: 0.5 } as const;

  it("are the log-loss of log-odds and of logits", () => {
    const binary = lossOf(BINARY, SQUARED);
    const classes = lossOf(CLASSES, SQUARED);

    expect(binary.ofRow(Float64Array.of(Math.log(3)), 0, 1)).toBeCloseTo(Math.log(4 / 3), 12);
    expect(binary.ofRow(Float64Array.of(Math.log(3)), 0, 0)).toBeCloseTo(Math.log(4), 12);
    expect(binary.ofRow(Float64Array.of(1_000), 0, 0)).toBe(1_000);
    const logits = Float64Array.of(9, 0, Math.log(2), Math.log(5));
    expect(classes.ofRow(logits, 1, 2)).toBeCloseTo(Math.log(8 / 5), 12);
  });

  it("are squared, absolute and Huber's error, and the pinball loss of each quantile", () => {
    const of = (loss: "squared" | "absolute" | "huber", quantiles: readonly number[] = []) =>
      lossOf({ type: "regression", quantiles }, { loss, huberDelta: 0.5 });

    expect(of("squared").ofRow(Float64Array.of(3), 0, 1)).toBe(2);
    expect(of("absolute").ofRow(Float64Array.of(1), 0, 3)).toBe(2);
    expect(of("huber").ofRow(Float64Array.of(0.4), 0, 0)).toBeCloseTo(0.08, 12);
    expect(of("huber").ofRow(Float64Array.of(3), 0, 1)).toBeCloseTo(0.5 * (2 - 0.25), 12);
    // 0 for the first; 0.9 of 1 too high at 0.1; 0.9 of 2 too low at 0.9
    expect(of("absolute", [0.1, 0.9]).ofRow(Float64Array.of(2, 3, 0), 0, 2)).toBeCloseTo(2.7, 12);
  });
});
