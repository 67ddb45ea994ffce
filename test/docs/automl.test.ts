import { describe, expect, it } from "vitest";
import { parseDefinition } from "../../core/definition/parse-definition.ts";
import { candidatesOf } from "../../core/search/candidates-of.ts";
import { firstRound } from "../../core/search/plan-round.ts";
import { plannedRounds } from "../../core/search/planned-rounds.ts";
import { model } from "../../models/flight-delay/model.ts";
import { codeBlocks, pageText } from "./markdown.ts";

const page = pageText("docs/training/automl.md");
const [example] = codeBlocks(page).filter(({ language }) => language === "ts");

describe("the example of docs/training/automl.md", () => {
  it("is part of a right definition, and trains as the page says", () => {
    const parts = new Function(`return {${example?.text}}`)() as object;
    const definition = parseDefinition({ ...model, ...parts });

    expect(candidatesOf(definition)).toHaveLength(21);
    expect(plannedRounds(definition)).toEqual([21, 7, 3, 1]);
    expect(firstRound(definition).candidates[0]?.rowShare).toBeCloseTo(0.11, 2);
    expect(page).toContain(
      "21 in round 1 on 11 % of the training rows, 7 in round 2 on 33 %, 3 in\nround 3",
    );
  });
});
