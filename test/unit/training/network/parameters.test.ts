import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { networkParameters } from "../../../../core/definition/parameters/network.ts";
import type { Task } from "../../../../core/definition/task.ts";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { shops } from "../frames.ts";
import { BINARY, type Parameters, REGRESSION, train } from "./train.ts";

const PAGE = readFileSync(
  new URL("../../../../docs/training/neural-network.md", import.meta.url),
  "utf8",
);
const FRAME = shops(200, 1);
const MINUTES: LabelledFrame = {
  ...FRAME,
  labels: Float64Array.from(FRAME.labels, (label, row) => label * 30 + (row % 7) ** 2),
};
/** Few steps of a small network; a change of any parameter must show in them. */
const BASE: Parameters = { hiddenUnits: [6, 4], epochs: 6, batchSize: 50, stepEpochs: 3 };

/** A parameter, a value other than its default, and what else must hold for it to matter. */
const CHANGES: readonly {
  readonly changed: Parameters;
  readonly given?: Parameters;
  readonly task?: Task;
}[] = [
  { changed: { hiddenUnits: [7, 4] } },
  { changed: { activation: "silu" } },
  { changed: { dropout: 0.3 } },
  { changed: { batchNormalisation: false } },
  { changed: { embeddingSize: 3 } },
  { changed: { maxCategories: 5 } },
  { changed: { clip: 0.5 } },
  { changed: { loss: "absolute" }, task: REGRESSION },
  { changed: { loss: "huber" }, task: REGRESSION },
  { changed: { huberDelta: 0.3 }, given: { loss: "huber" }, task: REGRESSION },
  { changed: { epochs: 4 } },
  { changed: { batchSize: 20 } },
  { changed: { learningRate: 0.01 } },
  { changed: { schedule: "constant" } },
  { changed: { schedule: "step" } },
  { changed: { warmupEpochs: 1 } },
  { changed: { stepEpochs: 2 }, given: { schedule: "step" } },
  { changed: { stepFactor: 0.1 }, given: { schedule: "step" } },
  { changed: { weightDecay: 0.5 } },
  { changed: { earlyStoppingEpochs: 1 }, given: { epochs: 30, learningRate: 0.05 } },
];

describe("parameters of a network", () => {
  it.each(CHANGES)(
    "$changed changes the result",
    async ({ changed, given = {}, task = BINARY }) => {
      const frame = task.type === "regression" ? MINUTES : FRAME;
      const validation = { ...shops(100, 2) };
      const rows =
        task.type === "regression"
          ? { ...validation, labels: Float64Array.from(validation.labels) }
          : validation;
      const base = { ...BASE, ...given };

      const before = (await train(task, frame, base, { validation: rows })).scores(frame);
      const after = (
        await train(task, frame, { ...base, ...changed }, { validation: rows })
      ).scores(frame);

      expect(after).not.toEqual(before);
    },
  );

  it("are all among those that are shown to matter", () => {
    const shown = new Set(CHANGES.flatMap(({ changed }) => Object.keys(changed)));

    expect([...shown].sort()).toEqual(Object.keys(networkParameters.shape).sort());
  });

  it.each(Object.entries(networkParameters.parse({})))(
    "%s is documented with its default",
    (name, value) => {
      const row = new RegExp(`^\\| \`${name}\` \\| (.*?) \\|`, "m").exec(PAGE)?.[1];

      expect(JSON.parse((row ?? "").replaceAll("`", ""))).toEqual(value);
    },
  );

  it("are all documented", () => {
    for (const name of Object.keys(networkParameters.shape))
      expect(PAGE).toContain(`| \`${name}\` |`);
  });
});
