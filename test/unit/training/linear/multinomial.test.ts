import { describe, expect, it } from "vitest";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { frameOf, numbers, shares, strings } from "../frames.ts";
import { classesOf, EXACT, type Parameters, train as trainTask } from "./train.ts";

const task = classesOf(3);

/** Class 0 for low `x`, 2 for high; `kind` tells class 1. */
function frames(rows: number, seed: number): LabelledFrame {
  const next = shares(seed);
  const x = Array.from({ length: rows }, () => next() * 4 - 2);
  const kind = Array.from({ length: rows }, () => "abcd"[Math.floor(next() * 4)] as string);
  const labels = x.map((value, i) => {
    if (kind[i] === "a" && next() < 0.8) return 1;
    return next() < 1 / (1 + Math.exp(-3 * value)) ? 2 : 0;
  });
  return frameOf([numbers("x", x), strings("kind", kind)], labels);
}

function loss({ labels, rows }: LabelledFrame, probabilities: Float64Array): number {
  let sum = 0;
  labels.forEach((label, row) => {
    sum -= Math.log(probabilities[row * 3 + label] as number);
  });
  return sum / rows;
}

const rows = frames(2_000, 1);
const heldOut = frames(1_000, 2);
const train = (parameters: Parameters = {}, frame = rows) => trainTask(task, frame, parameters);

describe("multinomial regression", () => {
  it("beats the shares of the classes on held-out rows by a third of their log-loss", () => {
    const shareOf = [0, 1, 2].map((k) => rows.labels.filter((label) => label === k).length / 2_000);
    const constant = Float64Array.from({ length: 3_000 }, (_, i) => shareOf[i % 3] as number);

    const own = loss(heldOut, train().predict(heldOut));

    expect(own).toBeLessThan((2 / 3) * loss(heldOut, constant));
    expect(trainTask(task, rows, {}, { validation: heldOut }).summary.validationLoss).toBeCloseTo(
      own,
      10,
    );
  });

  it("gives the shares of each class in two groups without a penalty", () => {
    const frame = frameOf([strings("s", [..."aaaabbbb"])], [0, 0, 1, 2, 1, 1, 1, 2]);

    const probabilities = train({ ...EXACT, l2: 0 }, frame).predict(frame);

    [0.5, 0.25, 0.25].forEach((share, k) => {
      expect(probabilities[k]).toBeCloseTo(share, 6);
    });
    expect(probabilities[13]).toBeCloseTo(0.75, 6);
  });

  it("gives two classes the difference of logits that logistic regression with twice the penalty has", () => {
    // the penalty is shared: w/2 and -w/2 have half the squares of w and 0
    const labels = rows.labels.map((label) => (label === 2 ? 1 : 0));
    const frame = { ...rows, labels };

    const logits = trainTask(classesOf(2), frame, { ...EXACT, l2: 4 }).scores(frame);
    const logOdds = trainTask({ type: "binary" }, frame, { ...EXACT, l2: 2 }).scores(frame);

    for (let row = 0; row < 50; row++) {
      const difference = (logits[2 * row + 1] as number) - (logits[2 * row] as number);
      expect(difference).toBeCloseTo(logOdds[row] as number, 6);
    }
  });

  it("gives a class without a row next to no probability", () => {
    const model = trainTask(classesOf(4), rows);

    const probabilities = model.predict(heldOut);

    expect(model.summary.converged).toBe(true);
    expect(probabilities.every(Number.isFinite)).toBe(true);
    for (let row = 0; row < 100; row++) expect(probabilities[row * 4 + 3]).toBeLessThan(1e-4);
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

  it("fails where strings and classes make more coefficients than fit", () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `name ${i}`);
    const frame = {
      rows: names.length,
      columns: [
        {
          kind: "category" as const,
          name: "s",
          codes: Int32Array.from(names.keys()),
          dictionary: names,
        },
      ],
      labels: new Uint8Array(names.length),
    };

    expect(() => trainTask(classesOf(256), frame)).toThrow(
      '20001 coefficients for each of 256 scores are more than 5000000; use encoding: "target" or fewer strings',
    );
  });
});
