import { describe, expect, it } from "vitest";
import { checkSplit } from "../../../core/dataset/check-split.ts";
import type { SplitName } from "../../../core/dataset/manifest.ts";
import type { Task } from "../../../core/definition/task.ts";
import { DataContractError } from "../../../core/errors.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { factsOf } from "./frame-facts.ts";

const binary: Task = { type: "binary" };
const classes: Task = { type: "multiclass", classes: ["poor", "fair", "good"] };
const regression: Task = { type: "regression", quantiles: [] };
const ranking: Task = { type: "ranking" };

const bytes = (...labels: number[]) => ({ labels: Uint8Array.from(labels) });
const numbers = (...labels: number[]) => ({ labels: Float64Array.from(labels) });
const queries = (groups: number[], ...labels: number[]) => ({
  ...numbers(...labels),
  groups: Uint32Array.from(groups),
});
const weighing = (...weights: number[]) => ({ weights: Float64Array.from(weights) });

type Given = Omit<LabelledFrame, "rows" | "columns">;

const check = (task: Task, split: SplitName, given: Given) =>
  checkSplit(task, split, factsOf(task, given));

describe("checkSplit", () => {
  it.each<[string, Task, SplitName, Given]>([
    ["both classes", binary, "train", bytes(0, 1)],
    ["every class", classes, "train", bytes(2, 1, 0)],
    ["two of three classes in a split that measures", classes, "test", bytes(2, 0)],
    ["two values", regression, "validation", numbers(1, 1, 2)],
    ["a query of two relevances", ranking, "train", queries([0, 1, 3], 5, 0, 1)],
    ["both classes among rows that count", binary, "train", { ...bytes(0, 1), ...weighing(1, 2) }],
    [
      "a query of two relevances among rows that count",
      ranking,
      "test",
      { ...queries([0, 3], 1, 1, 2), ...weighing(0, 1, 1) },
    ],
  ])("takes %s", (_what, task, split, given) => {
    expect(() => check(task, split, given)).not.toThrow();
  });

  it.each<[string, Task, SplitName, Given, RegExp]>([
    ["no row", regression, "test", numbers(), /the test split has no rows/],
    ["one class", binary, "test", bytes(1, 1), /all 2 rows of the test split are of class 1; both/],
    [
      "one class of many",
      classes,
      "validation",
      bytes(2, 2),
      /all 2 rows of the validation split are of class good; two or more/,
    ],
    [
      "a class that is not trained",
      classes,
      "train",
      bytes(1, 1, 1, 2),
      /no row of the train split is of class poor; each class/,
    ],
    ["one value", regression, "train", numbers(0.5, 0.5), /train split have the value 0.5/],
    [
      "one class among rows that count",
      binary,
      "train",
      { ...bytes(0, 1, 0), ...weighing(1, 0, 1) },
      /all 2 rows of the train split are of class 0/,
    ],
    [
      "one value among rows that count",
      regression,
      "train",
      { ...numbers(0, 1), ...weighing(1, 0) },
      /all 1 rows of the train split have the value 0/,
    ],
    [
      "no row that counts",
      binary,
      "train",
      { ...bytes(0, 1), ...weighing(0, 0) },
      /all 2 rows of the train split have weight 0; check weight.expression/,
    ],
    ["queries of one row", ranking, "train", queries([0, 1, 2], 0, 1), /no query of the train/],
    ["equal relevances", ranking, "test", queries([0, 2, 4], 1, 1, 0, 0), /different relevance/],
    [
      "relevances that differ by a row that does not count",
      ranking,
      "test",
      { ...queries([0, 3], 1, 2, 1), ...weighing(1, 0, 1) },
      /no query of the test split/,
    ],
    ["no queries", ranking, "test", numbers(1, 2), /no query of the test split/],
  ])("refuses %s", (_what, task, split, given, message) => {
    expect(() => check(task, split, given)).toThrow(DataContractError);
    expect(() => check(task, split, given)).toThrow(message);
  });
});
