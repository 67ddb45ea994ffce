import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TaskType, widthOf } from "../../../core/definition/task.ts";
import { scoreFrame } from "../../../core/evaluation/score-frame.ts";
import type { PredictionAnswer } from "../../../core/inference/prediction-answers.ts";
import type { ScoringColumns } from "../../../core/inference/scorer.ts";
import { versionFiles } from "../../../core/storage-keys.ts";
import type { Frame, FrameColumn } from "../../../core/training/training-frame.ts";
import { openScorer } from "../../../engine/onnx/open-scorer.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL } from "../../fixtures/serving-world.ts";
import {
  CLASSES,
  QUANTILES,
  TASK_TYPES,
  type TaskWorld,
  taskWorld,
} from "../../fixtures/task-worlds.ts";
import { batchWorldOf } from "../batch/batch-world.ts";

interface Flight {
  readonly date: string;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** What one row is told: every prediction of the task in its order, and the label where there is one. */
type Told = readonly (number | string)[];

const airport = fc.constantFrom("ORD", "JFK", "DEN", "LAX", "Ö'\"x");
const flights = fc.array(
  fc.record({
    date: fc
      .integer({ min: 991_353_600, max: 993_945_599 })
      .map((seconds) => new Date(seconds * 1000).toISOString()),
    distance: fc.double({ min: 0, max: 10_000, noNaN: true }),
    origin: airport,
    destination: airport,
  }),
  { minLength: 1, maxLength: 40 },
);

/** One request a row. */
async function byEndpoint({ deps }: TaskWorld, rows: readonly Flight[]): Promise<readonly Told[]> {
  const handler = makeHandler(deps);
  const told: Told[] = [];
  for (const row of rows) {
    const event = httpEvent("POST", `/models/${MODEL}/predictions`, { instances: [row] });
    const { body } = await handler(event);
    told.push(toldBy(JSON.parse(String(body)).predictions[0]));
  }
  return told;
}

function toldBy(answer: PredictionAnswer): Told {
  if ("probabilities" in answer) {
    return [...CLASSES.map((name) => answer.probabilities[name] as number), answer.label];
  }
  if ("probability" in answer) return [answer.probability, answer.label];
  if ("score" in answer) return [answer.score];
  return [answer.prediction, ...QUANTILES.map((q) => answer.quantiles?.[String(q)] as number)];
}

/** One file of all rows. */
async function byBatch(serving: TaskWorld, rows: readonly Flight[]): Promise<readonly Told[]> {
  const world = await batchWorldOf(serving);
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const values = rows.map(
    ({ date, distance, origin, destination }) =>
      `(${text(date)}::TIMESTAMP, ${distance.toExponential()}::DOUBLE, ${text(origin)}, ${text(destination)})`,
  );
  await world.putRows(
    "a.parquet",
    `SELECT * FROM (VALUES ${values.join(", ")}) rows(date, distance, origin, destination)`,
  );
  await world.predict("a.parquet");
  const written = await world.output("a.parquet");
  return written.map(([_row, ...told]) => told.slice(0, -1) as Told);
}

/** One frame of all rows, scored as a candidate's stored graph is. */
async function byEvaluation(
  world: TaskWorld,
  rows: readonly Flight[],
): Promise<readonly number[][]> {
  const version = await world.load(MODEL, 1);
  const columns = version.columnsOf(version.parse(rows));
  await version.release();
  const graph = await world.store.get(`models/${MODEL}/versions/1/${versionFiles.graph}`);
  const scorer = await openScorer(graph, world.task);
  const predictions = await scoreFrame(scorer, frameOf(columns, rows.length));
  await scorer.release();
  const width = widthOf(world.task);
  return rows.map((_, row) => [...predictions.subarray(row * width, (row + 1) * width)]);
}

function frameOf(columns: ScoringColumns, rows: number): Frame {
  const framed = Object.entries(columns).map(([name, values]): FrameColumn => {
    if (values instanceof Float32Array) return { kind: "number", name, values };
    const dictionary = [...new Set(values)].sort();
    const codes = Int32Array.from(values, (value) => dictionary.indexOf(value));
    return { kind: "category", name, codes, dictionary };
  });
  return { rows, columns: framed };
}

/** JSON has no -0. */
const plain = (told: readonly Told[]) =>
  told.map((row) => row.map((value) => (value === 0 ? 0 : value)));

describe.each(TASK_TYPES)("a row of a %s model", (type: TaskType) => {
  it("is told the same bits by the endpoint, a batch and evaluation", async () => {
    const world = taskWorld(type);
    const width = widthOf(world.task);

    await fc.assert(
      fc.asyncProperty(flights, async (rows) => {
        const told = plain(await byEndpoint(world, rows));

        expect(plain(await byBatch(world, rows))).toEqual(told);
        const predicted = told.map((row) => row.slice(0, width));
        expect(plain(await byEvaluation(world, rows))).toEqual(predicted);
      }),
      { numRuns: 4 },
    );
  });
});
