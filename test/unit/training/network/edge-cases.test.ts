import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../core/errors.ts";
import { frameOf, numbers, shops, strings, withoutRows } from "../frames.ts";
import { BINARY, numberFrame, REGRESSION, rowsAt, train, weighted } from "./train.ts";

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
