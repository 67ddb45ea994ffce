import { describe, expect, it } from "vitest";
import type { VersionBaseline } from "../../../core/dataset/baseline.ts";
import { profileCategories, profileNumbers } from "../../../core/dataset/profile.ts";
import type { TaskType } from "../../../core/definition/task.ts";
import { driftReport } from "../../../core/drift/drift-report.ts";
import { predictionCounter } from "../../../engine/drift/count-predictions.ts";
import { predictionsParquet } from "../../../engine/predictions/predictions-parquet.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler as makeLog } from "../../../functions/log-predictions/handler.ts";
import { makeHandler as makePredict } from "../../../functions/predict/handler.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL } from "../../fixtures/serving-world.ts";
import { TASK_TYPES, taskWorld } from "../../fixtures/task-worlds.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { sql } from "../dataset/dataset-home.ts";

const window = { from: "2001-06-03T00:00:00.000Z", until: "2001-06-04T00:00:00.000Z" };

/** Flights of every hour, distance and airport. */
const flights = (rows: number, distance = (i: number) => 100 + ((i * 31) % 2_000)) =>
  Array.from({ length: rows }, (_, i) => ({
    date: `2001-06-${String((i % 28) + 1).padStart(2, "0")}T${String(i % 24).padStart(2, "0")}:00:00Z`,
    distance: distance(i),
    origin: ["ORD", "JFK", "ATL"][i % 3],
    destination: ["DEN", "LAX"][i % 2],
  }));

/** Asks the endpoint, and takes what it queues to Parquet as the platform does. */
async function logged(type: TaskType, instances: readonly object[]) {
  const world = taskWorld(type);
  const root = temporaryFolder();
  const store = fileObjectStore(root);
  const predict = makePredict(world.deps);
  const { body } = await predict(httpEvent("POST", `/models/${MODEL}/predictions`, { instances }));
  await world.runTasks();
  const write = makeLog({ store, encode: predictionsParquet, sha256, log: () => {} });
  const answer = await write({
    Records: world.messages.map((text, i) => ({ messageId: `m${i}`, body: text })),
  });
  expect(answer).toEqual({ batchItemFailures: [] });
  return {
    world,
    answers: JSON.parse(String(body)).predictions as readonly Readonly<Record<string, unknown>>[],
    rows: (columns: string) =>
      sql(
        `SELECT ${columns} FROM read_parquet('${root}/predictions/**/*.parquet', hive_partitioning = false)
         ORDER BY CAST(split_part("predictionId", '-', 2) AS INTEGER)`,
      ),
    count: (baseline: VersionBaseline) =>
      predictionCounter(store, { threads: 1 })({ model: MODEL, version: 1, window, baseline }),
  };
}

const label = profileCategories([["any", 1]], 0);

describe("the prediction log", () => {
  it.each([
    ["binary", "probability", (answer: object) => ["label" in answer && answer.label, null]],
    ["multiclass", "probability", (answer: object) => [null, "label" in answer && answer.label]],
    ["regression", "prediction", () => [null, null]],
    ["ranking", "score", () => [null, null]],
  ] as const)(
    "of a %s model keeps its %s, and its class where there is one",
    async (type, watched, classesOf) => {
      const { answers, rows } = await logged(type, flights(50));

      expect(await rows('score, label, "predictedClass"')).toEqual(
        answers.map((answer) => [answer[watched], ...classesOf(answer)]),
      );
      expect(await rows(`typeof(score), typeof(label), typeof("predictedClass")`)).toContainEqual([
        "DOUBLE",
        "INTEGER",
        "VARCHAR",
      ]);
    },
  );

  it.each(TASK_TYPES)("of a %s model is counted in the bins of its baseline", async (type) => {
    const { rows, count } = await logged(type, flights(300));
    const scores = (await rows("score")).map(([score]) => Number(score));
    const score = profileNumbers(scores);

    const counts = await count({ rows: 300, features: {}, label, score });

    expect(counts).toEqual({
      predictions: 300,
      features: {},
      score: [...score.counts, 0],
    });
    expect(score.counts.length).toBeGreaterThan(10);
  });

  it("of classes is counted by the predicted class", async () => {
    const { answers, count } = await logged("multiclass", flights(300));
    const of = (name: string) => answers.filter((answer) => answer.label === name).length;
    const predictedClass = profileCategories(
      [
        ["early", 9],
        ["late, or never", 5],
      ],
      0,
    );

    const counts = await count({
      ...{ rows: 300, features: {}, label },
      ...{ score: profileNumbers([0.5]), predictedClass },
    });

    expect(counts.predictedClass).toEqual([of("early"), of("late, or never"), of("on time"), 0]);
    expect(counts.predictedClass?.slice(0, 3).every((rows) => rows > 0)).toBe(true);
  });
});

describe("the drift of predicted classes", () => {
  const frame = {
    ...{ model: MODEL, createdAt: "2001-06-04T00:00:00.000Z", window },
    ...{ minPredictions: 200, maxPsi: 0.2 },
  };

  /** The baseline of what is predicted for flights of every kind. */
  async function baseline(): Promise<VersionBaseline> {
    const { answers } = await logged(
      "multiclass",
      flights(1_000, (i) => (i * 37) % 2_000),
    );
    const byClass = Map.groupBy(answers, (answer) => String(answer.label));
    return {
      rows: 1_000,
      features: {},
      label,
      score: profileNumbers(answers.map(({ probability }) => Number(probability))),
      predictedClass: profileCategories(
        [...byClass].map(([name, some]) => [name, some.length] as const),
        0,
      ),
    };
  }

  it("is found where flights become long, and not where they stay as they were", async () => {
    const trained = await baseline();
    const [same, longer] = [
      await logged("multiclass", flights(400)),
      await logged(
        "multiclass",
        flights(400, () => 2_000),
      ),
    ];

    const stable = driftReport(frame, 1, trained, await same.count(trained));
    const drifted = driftReport(frame, 1, trained, await longer.count(trained));

    expect(stable.verdict).toBe("stable");
    const found = drifted.columns.find(({ name }) => name === "predictedClass");
    expect(found).toMatchObject({ kind: "category", hasDrifted: true });
    expect(found?.bins.map(({ bin }) => bin)).toContain("late, or never");
  });
});
