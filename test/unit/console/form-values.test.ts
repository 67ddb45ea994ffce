import { describe, expect, it } from "vitest";
import { instanceOf, textsOf } from "../../../console/model/form-values.ts";

const FIELDS = [
  ["distance", { type: "number" }],
  ["seats", { type: "integer" }],
  ["isHoliday", { type: "boolean" }],
  ["origin", { type: "category" }],
] as const;

describe("form values", () => {
  it("begin with the example, and become the example again", () => {
    const example = { distance: 12.5, seats: 180, isHoliday: false, origin: "007" };

    expect(instanceOf(FIELDS, textsOf(FIELDS, example))).toEqual(example);
  });

  it("are not sent where they are empty, and begin empty without an example", () => {
    expect(instanceOf(FIELDS, textsOf(FIELDS, undefined))).toEqual({});
    expect(textsOf(FIELDS, { distance: null }).distance).toBe("");
  });

  it.each(["far", "1,5", " ", "Infinity", "NaN"])(
    "are sent as the text %j for the endpoint to judge",
    (text) => {
      expect(instanceOf(FIELDS, { distance: text, isHoliday: text })).toEqual({
        distance: text,
        isHoliday: text,
      });
    },
  );
});
