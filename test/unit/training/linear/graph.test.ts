import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import type { Task } from "../../../../core/definition/task.ts";
import { addColumnInput } from "../../../../core/onnx/column-inputs.ts";
import { graphBuilder } from "../../../../core/onnx/graph-builder.ts";
import { toPredictions } from "../../../../core/training/predictions.ts";
import type { TrainedModel } from "../../../../core/training/trained-model.ts";
import type { FrameColumn, LabelledFrame } from "../../../../core/training/training-frame.ts";
import { frameOf, numbers, shops, strings } from "../frames.ts";
import { strangeNumber as number, strangeText as text } from "../strange-values.ts";
import { BINARY, classesOf, numberFrame, type Parameters, REGRESSION, train } from "./train.ts";

/** The model alone as a graph, its output the raw scores as doubles. */
function scoreGraph(model: TrainedModel, { columns }: LabelledFrame): Uint8Array {
  const graph = graphBuilder("test");
  const inputs = new Map(columns.map((column) => [column.name, addColumnInput(graph, column)]));
  graph.output(model.addTo(graph, inputs), "double", ["n", "scores"]);
  return graph.toBytes();
}

async function graphScores(model: TrainedModel, { rows, columns }: LabelledFrame) {
  const session = await InferenceSession.create(
    scoreGraph(model, { rows, columns } as LabelledFrame),
    {
      intraOpNumThreads: 1,
    },
  );
  const feeds = columns.map((column) => {
    if (column.kind === "number")
      return [column.name, new Tensor("float32", column.values, [rows, 1])];
    const texts = Array.from(column.codes, (code) => column.dictionary[code] ?? "");
    return [column.name, new Tensor("string", texts, [rows, 1])];
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  const [scores] = Object.values(outputs);
  return scores as Tensor;
}

async function expectAgreement(task: Task, model: TrainedModel, scored: LabelledFrame) {
  const byTrainer = model.scores(scored);
  const byGraph = await graphScores(model, scored);

  expect(byGraph.dims).toEqual([scored.rows, byTrainer.length / scored.rows]);
  const [expected, got] = [byTrainer, Float64Array.from(byGraph.data as Float64Array)].map(
    (scores) => toPredictions(task, scores),
  ) as [Float64Array, Float64Array];
  expected.forEach((value, i) => {
    const tolerance = 1e-6 * Math.max(1, Math.abs(value));
    expect(Math.abs((got[i] as number) - value), `value ${i}`).toBeLessThan(tolerance);
  });
}

/** Rows of two columns of numbers and two of strings; labels are whole numbers from 0 to 2. */
const frames = fc
  .array(fc.tuple(number, number, text, text, fc.nat(2)), { minLength: 3, maxLength: 40 })
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
      rows.map((row, i) => (i < 3 ? i : row[4])),
    );
  });

const TASKS: readonly [string, Task, (frame: LabelledFrame) => LabelledFrame][] = [
  ["binary", BINARY, (frame) => ({ ...frame, labels: frame.labels.map((y) => y % 2) })],
  ["multiclass", classesOf(3), (frame) => frame],
  [
    "regression",
    { type: "regression", quantiles: [0.3, 0.6] },
    (frame) => ({ ...frame, labels: Float64Array.from(frame.labels, (y) => y * 12 - 7) }),
  ],
];

describe.each(TASKS)("the graph of a linear model: %s", (_name, task, labelled) => {
  it("scores as the trainer on any rows: missing, unknown, infinite, unicode", async () => {
    const parameters = fc.record<Parameters>({
      encoding: fc.constantFrom("one-hot", "target"),
      l1: fc.constantFrom(0, 0.5),
    });
    await fc.assert(
      fc.asyncProperty(frames, frames, parameters, async (trained, scored, own) => {
        const model = train(task, labelled(trained), own);

        await expectAgreement(task, model, trained);
        await expectAgreement(task, model, scored);
      }),
      { numRuns: 40 },
    );
  });

  it.each(["one-hot", "target"] as const)("scores as the trainer, %s", async (encoding) => {
    const frame = labelled(shops(1_500, 5));

    await expectAgreement(task, train(task, frame, { encoding }), labelled(shops(500, 6)));
  });

  it.each([
    ["numbers", [numbers("x", [1, 2, 3, 4])]],
    ["strings", [strings("s", ["a", "b", "a", "c"])]],
    ["nothing", [numbers("x", [NaN, NaN, NaN, NaN]), strings("s", [null, "", null, null])]],
  ])("scores as the trainer with columns of %s only", async (_kind, columns) => {
    const frame = labelled(frameOf(columns, [0, 1, 2, 1]));

    for (const encoding of ["one-hot", "target"] as const) {
      await expectAgreement(task, train(task, frame, { encoding }), frame);
    }
  });
});

describe("the graph of a linear model", () => {
  it("has the same bytes twice", () => {
    const frame = shops(400, 1);
    const bytes = () => scoreGraph(train(BINARY, frame, { encoding: "target" }), frame);

    expect(bytes()).toEqual(bytes());
  });

  it("has no coefficients of missing numbers where the training rows lacked none", () => {
    const products = (x: readonly number[]) => {
      const frame = numberFrame([numbers("x", x)], [1, 5, 6]);
      const bytes = scoreGraph(train(REGRESSION, frame), frame);
      return String.fromCharCode(...bytes).match(/Gemm/g)?.length as number;
    };

    expect(products([1, 2, 3])).toBeLessThan(products([1, 2, NaN]));
  });

  it("stands beside another in one graph", async () => {
    const frame = numberFrame([numbers("x", [1, 2, 3]), strings("s", ["a", "b", "a"])], [1, 5, 6]);
    const [one, two] = [train(REGRESSION, frame), train(REGRESSION, frame, { l2: 9 })];
    const both: TrainedModel = {
      ...one,
      addTo: (graph, inputs) =>
        graph.node("Add", [one.addTo(graph, inputs), two.addTo(graph, inputs)]),
    };

    const { data } = await graphScores(both, frame);

    const [first, second] = [one.scores(frame), two.scores(frame)];
    expect(data[1]).toBeCloseTo((first[1] as number) + (second[1] as number), 10);
  });
});
