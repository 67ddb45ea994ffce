import { describe, expect, it } from "vitest";
import { requestFields } from "../../../core/inference/request-fields.ts";
import { scoringColumns } from "../../../core/inference/scoring-columns.ts";
import { batchColumns } from "../../../engine/batch/batch-columns.ts";
import { definitionWith, fieldsWith } from "../dataset/dataset-home.ts";

/** A definition with an entity that nothing but a row feature for slices reads. */
function loanDefinition(input: boolean) {
  return definitionWith({
    fields: { ...fieldsWith({}), region: { type: "category", role: "entity" } },
    rowFeatures: {
      south: {
        type: "category",
        from: ["region"],
        input,
        compute: ({ region }: { region: string | null }) => {
          if (region === null) throw new Error("no region");
          return region < "M" ? "no" : "yes";
        },
      },
    },
  });
}

const row = { date: 0, distance: 100, origin: "A", destination: "B", region: null };

describe("a row feature that is no input of the model", () => {
  it("asks no prediction for what it reads", () => {
    const isAsked = (input: boolean) => {
      const { definition } = loanDefinition(input);
      return {
        request: requestFields(definition).find(({ name }) => name === "region")?.required,
        batch: batchColumns(definition).some(({ name }) => name === "region"),
      };
    };

    expect(isAsked(false)).toEqual({ request: false, batch: false });
    expect(isAsked(true)).toEqual({ request: true, batch: true });
  });

  it("is not computed for a prediction", () => {
    const columns = scoringColumns(loanDefinition(false))([row]);

    expect(Object.keys(columns)).toEqual(["destination", "distance", "origin"]);
    expect(() => scoringColumns(loanDefinition(true))([row])).toThrow(/south/);
  });
});
