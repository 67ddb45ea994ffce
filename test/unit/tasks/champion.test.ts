import { describe, expect, it } from "vitest";
import type { Task, TaskType } from "../../../core/definition/task.ts";
import { measure } from "../../../core/evaluation/measure.ts";
import { scoreFrame } from "../../../core/evaluation/score-frame.ts";
import { scoreChampion } from "../../../functions/evaluate/score-champion.ts";
import { MODEL } from "../../fixtures/serving-world.ts";
import { CLASSES, QUANTILES, TASK_TYPES, taskWorld } from "../../fixtures/task-worlds.ts";
import { taskFrame } from "./task-run.ts";

/** The champion of a task, measured for a run whose definition is of `today`. */
async function champion(type: TaskType, today?: Task) {
  const world = taskWorld(type);
  const frame = taskFrame(type);
  const version = await world.load(MODEL, 1);
  const predictions = await scoreFrame(version, frame);
  await version.release();
  const { definitionDigest } = await world.deps.registry.model(MODEL);
  const result = await scoreChampion(
    world.deps,
    MODEL,
    { definitionDigest, task: today ?? world.task },
    frame,
  );
  return { result, alone: measure(world.task, { ...frame, predictions }) };
}

describe("a champion", () => {
  it.each(TASK_TYPES)("of a %s model is measured on the run's rows", async (type) => {
    const { result, alone } = await champion(type);

    expect(result).toEqual({ version: 1, metrics: alone, note: null });
    expect(Object.keys(alone).length).toBeGreaterThan(2);
  });

  it.each([
    ["binary", { type: "ranking" }],
    ["multiclass", { type: "multiclass", classes: CLASSES.toReversed() }],
    ["multiclass", { type: "multiclass", classes: CLASSES.slice(1) }],
    ["regression", { type: "regression", quantiles: QUANTILES.slice(1) }],
    ["ranking", { type: "regression", quantiles: [] }],
  ] as const)("of a %s model is not compared with a run of %j", async (type, today) => {
    const { result } = await champion(type, today);

    expect(result).toMatchObject({ version: 1, metrics: null });
    expect(result?.note).toContain("champion version 1 predicts something else: its target is");
  });
});
