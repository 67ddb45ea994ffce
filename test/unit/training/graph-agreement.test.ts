import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../core/definition/model-definition.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import type { FrameColumn, LabelledFrame } from "../../../core/training/training-frame.ts";
import { runGraph } from "../onnx/run-graph.ts";
import { candidate, frameOf, numbers, shops, strings, withoutRows } from "./frames.ts";

const FAMILIES: readonly Candidate["family"][] = ["gradient-boosting", "logistic-regression"];
/** Parameters that let trees grow on a few rows. */
const SMALL = {
  "gradient-boosting": {
    trees: 8,
    leaves: 12,
    minLeafRows: 1,
    minLeafWeight: 0,
    categorySmoothing: 1,
  },
  "logistic-regression": {},
};

const number = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 3, arbitrary: fc.float({ noNaN: true }) },
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e-45, 3.4028234663852886e38),
);
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "c", "d", "ä", "日本", "🚕") },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
  fc.constantFrom(null, "", " ", "\u0000", "a\u0000b", "\ud800", "\udfff", "\ufffd"),
);

/** Rows of two columns of numbers and two of strings, both classes among them. */
const frames = fc
  .array(fc.tuple(number, number, text, text, fc.nat(1)), { minLength: 2, maxLength: 60 })
  .map((rows): LabelledFrame => {
    const columns: FrameColumn[] = [
      numbers(
        "first",
        rows.map((row) => row[0]),
      ),
      strings(
        "city",
        rows.map((row) => row[2]),
      ),
      numbers(
        "second",
        rows.map((row) => row[1]),
      ),
      strings(
        "street",
        rows.map((row) => row[3]),
      ),
    ];
    return frameOf(
      columns,
      rows.map((row, i) => (i < 2 ? i : row[4])),
    );
  });

async function expectAgreement(
  family: Candidate["family"],
  train: LabelledFrame,
  scored: LabelledFrame,
  parameters: Readonly<Record<string, number>> = SMALL[family],
) {
  const threshold = 0.5;
  const model = trainCandidate({
    candidate: candidate(family, parameters),
    seed: 1,
    train,
    validation: withoutRows(train),
  });
  const expected = model.predict(scored);

  const { labels, probabilities } = await runGraph(model.toOnnx(threshold), scored);

  expect(probabilities).toHaveLength(2 * scored.rows);
  expected.forEach((probability, i) => {
    expect(Math.abs((probabilities[2 * i + 1] as number) - probability)).toBeLessThan(1e-6);
    expect(Math.abs((probabilities[2 * i] as number) + probability - 1)).toBeLessThan(1e-6);
    expect(labels[i]).toBe((probabilities[2 * i + 1] as number) >= threshold ? 1 : 0);
  });
}

describe.each(FAMILIES)("the graph of %s", (family) => {
  it("answers as the trainer on any rows: missing, unknown, infinite, unicode", async () => {
    await fc.assert(
      fc.asyncProperty(frames, frames, async (train, scored) => {
        await expectAgreement(family, train, train);
        await expectAgreement(family, train, scored);
      }),
      { numRuns: 60 },
    );
  });

  it("answers as the trainer where sets have more than 30 members", async () => {
    const train = shops(3_000, 5);

    await expectAgreement(family, train, shops(1_000, 6), {});
  });

  it("answers as the trainer with more strings than bins", async () => {
    const names = Array.from({ length: 4_000 }, (_, i) => `name ${(i * i) % 1_009}`);
    const train = frameOf(
      [strings("name", names)],
      names.map((name) => name.length % 2),
    );

    await expectAgreement(family, train, train, {});
  });

  it("answers as the trainer with one column only, of numbers or of strings", async () => {
    const labels = Array.from({ length: 80 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    const number = frameOf(
      [
        numbers(
          "x",
          labels.map((label, i) => label + (i % 2)),
        ),
      ],
      labels,
    );
    const string = frameOf(
      [
        strings(
          "s",
          labels.map((label, i) => `${label + (i % 2)}`),
        ),
      ],
      labels,
    );

    await expectAgreement(family, number, number);
    await expectAgreement(family, string, string);
  });

  it("answers as the trainer where there is nothing to learn", async () => {
    const columns = [numbers("x", [NaN, NaN, NaN]), strings("s", [null, "", null])];
    const train = frameOf(columns, [0, 1, 1]);
    const scored = frameOf(
      [numbers("x", [1, NaN, Infinity]), strings("s", ["a", "", "b"])],
      [0, 1, 1],
    );

    await expectAgreement(family, train, train);
    await expectAgreement(family, train, scored);
  });

  it("labels by the threshold, a probability that equals it included", async () => {
    const frame = shops(500, 8);
    const model = trainCandidate({
      candidate: candidate(family),
      seed: 1,
      train: frame,
      validation: withoutRows(frame),
    });
    const { probabilities } = await runGraph(model.toOnnx(0.5), frame);
    const median = [...probabilities].filter((_, i) => i % 2).sort()[250] as number;

    const { labels } = await runGraph(model.toOnnx(median), frame);

    expect(labels).toEqual(
      labels.map((_, i) => ((probabilities[2 * i + 1] as number) >= median ? 1 : 0)),
    );
    expect((await runGraph(model.toOnnx(0), frame)).labels).not.toContain(0);
  });

  it("needs the inputs by the columns' names", async () => {
    const frame = shops(300, 9);
    const model = trainCandidate({
      candidate: candidate(family),
      seed: 1,
      train: frame,
      validation: withoutRows(frame),
    });
    const renamed = { ...frame, columns: frame.columns.map((c) => ({ ...c, name: `${c.name}_` })) };

    await expect(runGraph(model.toOnnx(0.5), renamed)).rejects.toThrow(/missing/);
  });
});
