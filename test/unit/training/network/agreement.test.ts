import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Task } from "../../../../core/definition/task.ts";
import type { FrameColumn, LabelledFrame } from "../../../../core/training/training-frame.ts";
import { runScores } from "../boosting/run-scores.ts";
import { numbers, strings } from "../frames.ts";
import { strangeNumber as number, strangeText as text } from "../strange-values.ts";
import { type Parameters, train } from "./train.ts";

const TASKS: readonly Task[] = [
  { type: "binary" },
  { type: "multiclass", classes: ["a", "b", "c"] },
  { type: "regression", quantiles: [] },
  { type: "regression", quantiles: [0.1, 0.5, 0.9] },
];

const row = fc.tuple(
  number,
  number,
  text,
  text,
  fc.nat(2),
  fc.float({ noNaN: true, min: -99, max: 99 }),
);

function framesFor(task: Task) {
  return fc.array(row, { minLength: 2, maxLength: 40 }).map((rows): LabelledFrame => {
    const columns: FrameColumn[] = [
      numbers(
        "first",
        rows.map(([first]) => first),
      ),
      strings(
        "city",
        rows.map(([, , city]) => city),
      ),
      numbers(
        "second",
        rows.map(([, second]) => second),
      ),
      strings(
        "street",
        rows.map(([, , , street]) => street),
      ),
    ];
    const kinds = task.type === "multiclass" ? 3 : 2;
    const labels =
      task.type === "regression"
        ? Float64Array.from(rows, (one) => one[5])
        : Uint8Array.from(rows, (one, i) => (i < kinds ? i : one[4] % kinds));
    return { rows: rows.length, columns, labels };
  });
}

async function expectAgreement(
  task: Task,
  frame: LabelledFrame,
  scored: readonly LabelledFrame[],
  parameters: Parameters = {},
) {
  const model = await train(task, frame, { hiddenUnits: [6, 4], epochs: 3, ...parameters });
  for (const rows of scored) {
    const expected = model.scores(rows);
    const found = await runScores(model, rows);
    expect(found).toHaveLength(expected.length);
    expected.forEach((score, i) => {
      expect(Number.isFinite(score)).toBe(true);
      const off = Math.abs((found[i] as number) - score);
      expect(off).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(score)));
    });
  }
}

describe.each(TASKS)("the graph of a network, $type $quantiles", (task) => {
  it("scores as the trainer on any rows: missing, unknown, infinite, unicode", async () => {
    const frames = framesFor(task);
    await fc.assert(
      fc.asyncProperty(frames, frames, async (frame, scored) => {
        await expectAgreement(task, frame, [frame, scored]);
      }),
      { numRuns: 8 },
    );
  });

  it.each<Parameters>([
    { activation: "silu" },
    { activation: "gelu" },
    { batchNormalisation: false },
    { hiddenUnits: [] },
    { maxCategories: 2, embeddingSize: 5, clip: 1 },
  ])("scores as the trainer with %o", async (parameters) => {
    const [frame, scored] = fc.sample(framesFor(task), { numRuns: 2, seed: 4 }) as [
      LabelledFrame,
      LabelledFrame,
    ];

    await expectAgreement(task, frame, [frame, scored], parameters);
  });

  it("scores as the trainer with columns of one kind only, and of a lone row", async () => {
    const [frame] = fc.sample(framesFor(task), { numRuns: 1, seed: 9 }) as [LabelledFrame];
    const only = (kind: FrameColumn["kind"]) => ({
      ...frame,
      columns: frame.columns.filter((column) => column.kind === kind),
    });

    await expectAgreement(task, only("number"), [only("number")]);
    await expectAgreement(task, only("category"), [only("category")]);
  });
});

it("keeps the quantiles of each row in ascending order", async () => {
  const task: Task = { type: "regression", quantiles: [0.1, 0.5, 0.9] };
  const [frame] = fc.sample(framesFor(task), { numRuns: 1, seed: 2 }) as [LabelledFrame];
  // One step from a random start: nothing has put the outputs in order.
  const model = await train(task, frame, { epochs: 1, learningRate: 1e-6, hiddenUnits: [] });

  const scores = model.scores(frame);

  for (let at = 0; at < scores.length; at += 4) {
    const own = scores.slice(at + 1, at + 4);
    expect(own).toEqual(own.toSorted());
  }
});
