import { describe, expect, it } from "vitest";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import { chosenFindings } from "../../../core/evaluation/chosen-findings.ts";
import { finishCandidate } from "../../../core/evaluation/finish-candidate.ts";
import { byteLabels, type LabelledFrame } from "../../../core/training/training-frame.ts";
import { model } from "../../../models/flight-delay/model.ts";
import { numbers, strings } from "../training/frames.ts";

const definition = parseDefinition({
  ...model,
  evaluation: { protectedGroups: ["origin"], bootstrapSamples: 0, permutationRows: 0 },
});

/** Rows whose label is 1 from 0.5 on, in two towns. */
const test: LabelledFrame = {
  rows: 8,
  columns: [numbers("x", [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9])],
  labels: Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1),
  context: [strings("origin", ["Ulm", "Bonn", "Ulm", "Bonn", "Ulm", "Ulm", "Ulm", "Bonn"])],
};

describe("finishCandidate", () => {
  it("leaves the threshold alone where there are no two classes", () => {
    const numbersToMeet: LabelledFrame = {
      ...test,
      labels: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    };

    const { ending, metrics } = finishCandidate(
      definition,
      { type: "regression", quantiles: [] },
      numbersToMeet,
      Float64Array.of(1, 2, 3, 4, 5, 6, 7, 9),
    );

    expect(ending).toEqual({ task: { type: "regression", quantiles: [] }, threshold: 0.5 });
    expect(metrics.mae).toBeCloseTo(1 / 8, 12);
  });
});

describe("chosenFindings", () => {
  const input = {
    definition,
    metric: "rocAuc" as const,
    test,
    predictions: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9),
    threshold: 0.5,
    score: () => expect.unreachable("no importances are asked for"),
  };

  it("compares the groups of protected columns, wherever they lie", async () => {
    const { fairness, intervals, importances } = await chosenFindings({
      ...input,
      task: { type: "binary" },
    });
    const withoutContext = await chosenFindings({
      ...input,
      test: { rows: 8, columns: test.columns, labels: test.labels },
      task: { type: "binary" },
    });

    expect(fairness).toHaveLength(1);
    expect(fairness?.[0]?.groups.map(({ group, selectionRate }) => [group, selectionRate])).toEqual(
      [
        ["Bonn", 1 / 3],
        ["Ulm", 3 / 5],
      ],
    );
    expect(withoutContext.fairness).toEqual([]);
    expect([intervals, importances]).toEqual([{}, []]);
  });
});

describe("byteLabels", () => {
  it("gives labels as bytes, those that are bytes as they are", () => {
    const bytes = Uint8Array.of(0, 1);

    expect(byteLabels(bytes)).toBe(bytes);
    expect(byteLabels(Float64Array.of(0, 1))).toEqual(bytes);
  });
});
