import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAMILY_NAMES, FAMILY_TASKS } from "../../../core/definition/candidate-schema.ts";
import type { Candidate } from "../../../core/definition/model-definition.ts";
import type { Task } from "../../../core/definition/task.ts";
import { modelGraph } from "../../../core/training/model-graph.ts";
import { toPredictions } from "../../../core/training/predictions.ts";
import { trainCandidate } from "../../../core/training/train-candidate.ts";
import type { TrainedModel } from "../../../core/training/trained-model.ts";
import type { FrameColumn, LabelledFrame } from "../../../core/training/training-frame.ts";
import { TRAINING_TOOLS } from "../../../engine/training/training-tools.ts";
import { runGraph } from "../onnx/run-graph.ts";
import { candidate, frameOf, numbers, shops, strings, withoutRows } from "./frames.ts";
import { strangeNumber as number, strangeText as text } from "./strange-values.ts";

const FAMILIES = FAMILY_NAMES.filter((family) => FAMILY_TASKS[family].includes("binary"));
/** Parameters that let trees grow on a few rows, and networks train in no time. */
const SMALL: Readonly<Partial<Record<Candidate["family"], Readonly<Record<string, number>>>>> = {
  "neural-network": { epochs: 2 },
  "gradient-boosting": {
    trees: 8,
    leaves: 12,
    minLeafRows: 1,
    minLeafWeight: 0,
    categorySmoothing: 1,
  },
};
const task: Task = { type: "binary" };

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

const trained = (family: Candidate["family"], train: LabelledFrame, parameters = SMALL[family]) =>
  trainCandidate({
    candidate: candidate(family, parameters),
    task,
    seed: 1,
    train,
    validation: withoutRows(train),
    tools: TRAINING_TOOLS,
  });

const graphOf = (model: TrainedModel, { columns }: LabelledFrame, threshold: number) =>
  modelGraph(model, columns, { task, threshold });

async function expectAgreement(
  family: Candidate["family"],
  train: LabelledFrame,
  scored: LabelledFrame,
  parameters = SMALL[family],
) {
  const threshold = 0.5;
  const model = await trained(family, train, parameters);
  const expected = toPredictions(task, model.scores(scored));

  const { labels, probabilities } = await runGraph(graphOf(model, train, threshold), scored);

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
      { numRuns: family === "neural-network" ? 10 : 60 },
    );
  });

  it("answers as the trainer where sets have more than 30 members", async () => {
    const train = shops(3_000, 5);

    await expectAgreement(family, train, shops(1_000, 6));
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
    const model = await trained(family, frame);
    const { probabilities } = await runGraph(graphOf(model, frame, 0.5), frame);
    const median = [...probabilities].filter((_, i) => i % 2).sort()[250] as number;

    const { labels } = await runGraph(graphOf(model, frame, median), frame);

    expect(labels).toEqual(
      labels.map((_, i) => ((probabilities[2 * i + 1] as number) >= median ? 1 : 0)),
    );
    expect((await runGraph(graphOf(model, frame, 0), frame)).labels).not.toContain(0);
  });

  it("needs the inputs by the columns' names", async () => {
    const frame = shops(300, 9);
    const model = await trained(family, frame);
    const renamed = { ...frame, columns: frame.columns.map((c) => ({ ...c, name: `${c.name}_` })) };

    await expect(runGraph(graphOf(model, frame, 0.5), renamed)).rejects.toThrow(/missing/);
  });
});
