import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { addColumnInput } from "../../../../core/onnx/column-inputs.ts";
import { graphBuilder } from "../../../../core/onnx/graph-builder.ts";
import { binOfValue, type InputValue } from "../../../../core/training/scorecard/binning.ts";
import { logOddsOf } from "../../../../core/training/scorecard/score-points.ts";
import type { ScorecardModel } from "../../../../core/training/scorecard/train-scorecard.ts";
import type {
  Frame,
  FrameColumn,
  LabelledFrame,
} from "../../../../core/training/training-frame.ts";
import { frameOf, numbers, strings } from "../frames.ts";
import { strangeNumber as number, strangeText as text } from "../strange-values.ts";
import { loans, type Options, scorecardOf } from "./scorecards.ts";

const frames = fc
  .array(fc.tuple(number, text, number, fc.nat(1), fc.nat(3)), { minLength: 2, maxLength: 60 })
  .map((rows): LabelledFrame => {
    const columns = [
      numbers(
        "first",
        rows.map((row) => row[0]),
      ),
      strings(
        "city",
        rows.map((row) => row[1]),
      ),
      numbers(
        "second",
        rows.map((row) => row[2]),
      ),
    ];
    const labels = rows.map((row, i) => (i < 2 ? i : row[3]));
    const weights = Float64Array.from(rows, (row, i) => (i < 2 ? 1 : row[4]));
    return { ...frameOf(columns, labels), weights };
  });

const options = fc.record<Options>({
  minInformationValue: fc.constantFrom(0, 0.1, 1),
  minBinShare: fc.constantFrom(0, 0.1),
  minCategoryShare: fc.constantFrom(0, 0.1),
  prebins: fc.constantFrom(3, 64),
  signs: fc.constantFrom("expected", "free"),
  goodClass: fc.constantFrom<0 | 1>(0, 1),
  roundPoints: fc.boolean(),
  basePoints: fc.constantFrom("spread", "separate"),
  monotone: fc.constantFrom({}, { first: "none" as const }),
});

describe("the graph of a scorecard", () => {
  it("answers as the trainer on any rows: missing, unknown, infinite, unicode", async () => {
    await fc.assert(
      fc.asyncProperty(frames, frames, options, async (train, other, chosen) => {
        const model = scorecardOf(train, chosen);

        await expectAgreement(model, train);
        await expectAgreement(model, other);
      }),
      { numRuns: 80 },
    );
  });

  it("answers as the trainer to the last bit with whole points", async () => {
    const model = scorecardOf(loans(2_000, 3));
    const frame = loans(500, 4);

    expect(await runRaw(model, frame)).toEqual(model.scores(frame));
  });

  it("answers as the trainer where many strings share few bins, with unknown ones", async () => {
    const names = (step: number) =>
      Array.from({ length: 4_000 }, (_, i) => `name ${(i * i * step) % 1_009}`);
    const of = (step: number) =>
      frameOf(
        [strings("name", names(step))],
        names(step).map((name) => name.length % 2),
      );
    const model = scorecardOf(of(1), { minCategoryShare: 0, minInformationValue: 0 });

    expect(model.scorecard.inputs[0]?.bins.length).toBeGreaterThan(3);
    await expectAgreement(model, of(1));
    await expectAgreement(model, of(3));
  });

  it.each([
    ["numbers", numbers("x", [1, NaN, 1, Infinity])],
    ["strings", strings("s", ["a", null, "a", "a"])],
  ])("has an answer for each row where no input is used, of %s", async (_name, column) => {
    const frame = frameOf([column], [0, 0, 1, 0]);
    const model = scorecardOf(frame, { minInformationValue: 9 });

    const answers = await runRaw(model, frame);

    expect(model.scorecard.inputs).toEqual([]);
    expect(answers).toEqual(model.scores(frame));
    expect(answers).toHaveLength(4);
  });

  it("gives the same bytes twice", () => {
    const bytes = () => graphOf(scorecardOf(loans(500, 5)), loans(1, 1).columns);

    expect(bytes()).toEqual(bytes());
  });
});

describe("a scorecard as data", () => {
  it("gives an instance the score that its row has", () => {
    fc.assert(
      fc.property(frames, frames, options, (train, other, chosen) => {
        const { scorecard, scores } = scorecardOf(train, chosen);

        scores(other).forEach((score, row) => {
          const points = scorecard.inputs.reduce((sum, input) => {
            const column = other.columns.find(({ name }) => name === input.name) as FrameColumn;
            return sum + (input.bins[binOfValue(input, cellOf(column, row))]?.points as number);
          }, scorecard.basePoints);
          expect(Math.abs(logOddsOf(scorecard, points) - score)).toBeLessThan(1e-9);
        });
      }),
      { numRuns: 60 },
    );
  });
});

async function expectAgreement(model: ScorecardModel, frame: Frame): Promise<void> {
  const answers = await runRaw(model, frame);
  const scores = model.scores(frame);

  expect(answers).toHaveLength(frame.rows);
  scores.forEach((score, row) => {
    expect(Number.isFinite(score)).toBe(true);
    expect(Math.abs((answers[row] as number) - score)).toBeLessThan(1e-6);
  });
}

function graphOf(model: ScorecardModel, columns: readonly FrameColumn[]): Uint8Array {
  const graph = graphBuilder("scorecard");
  const inputs = new Map(columns.map((column) => [column.name, addColumnInput(graph, column)]));
  graph.output(model.addTo(graph, inputs), "double", ["n", 1]);
  return graph.toBytes();
}

/** Raw scores by ONNX Runtime. */
async function runRaw(model: ScorecardModel, { rows, columns }: Frame): Promise<Float64Array> {
  const session = await InferenceSession.create(graphOf(model, columns), { intraOpNumThreads: 1 });
  const feeds = columns.map((column) => [column.name, tensorOf(column, rows)] as const);
  const [answer] = Object.values(await session.run(Object.fromEntries(feeds)));
  await session.release();
  expect(answer?.dims).toEqual([rows, 1]);
  return answer?.data as Float64Array;
}

function tensorOf(column: FrameColumn, rows: number): Tensor {
  if (column.kind === "number") return new Tensor("float32", column.values, [rows, 1]);
  const texts = Array.from(column.codes, (code) => column.dictionary[code] ?? "");
  return new Tensor("string", texts, [rows, 1]);
}

function cellOf(column: FrameColumn, row: number): InputValue {
  if (column.kind === "number") return column.values[row] as number;
  return column.dictionary[column.codes[row] as number] ?? null;
}
