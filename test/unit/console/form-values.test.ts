import { describe, expect, it } from "vitest";
import { instanceOf, textsOf } from "../../../console/model/form-values.ts";

const FIELDS = [
  ["distance", { type: "number" }],
  ["seats", { type: "integer" }],
  ["isHoliday", { type: "boolean" }],
  ["origin", { type: "category" }],
  ["at", { type: "timestamp" }],
  ["colours", { type: "tags" }],
] as const;

describe("form values", () => {
  it("begin with the example, and become the example again", () => {
    const example = {
      ...{ distance: 12.5, seats: 180, isHoliday: false, origin: "007" },
      ...{ at: "2001-06-30T17:10:00+02:00", colours: ["light, blue", "red"] },
    };

    expect(instanceOf(FIELDS, textsOf(FIELDS, example))).toEqual(example);
  });

  it.each([
    ["red", ["red"]],
    ["red|light, blue|", ["red", "light, blue"]],
    ["|", []],
  ])("are a list where they are tags: %j", (text, tags) => {
    expect(instanceOf(FIELDS, { colours: text })).toEqual({ colours: tags });
    expect(instanceOf(FIELDS, textsOf(FIELDS, { colours: tags }))).toEqual({ colours: tags });
  });

  it("are not sent where they are empty, and begin empty without an example", () => {
    expect(instanceOf(FIELDS, textsOf(FIELDS, undefined))).toEqual({});
    expect(textsOf(FIELDS, { distance: null }).distance).toBe("");
  });

  it.each(["far", "1,5", " ", "Infinity", "NaN", "0x10", "1e999"])(
    "are sent as the text %j for the endpoint to judge",
    (text) => {
      expect(instanceOf(FIELDS, { distance: text, isHoliday: text })).toEqual({
        distance: text,
        isHoliday: text,
      });
    },
  );

  it("keep an integer that no double holds as text, so that no other number is sent", () => {
    const sent = instanceOf(FIELDS, { seats: "9007199254740993", distance: "-1.5e3" });

    expect(sent).toEqual({ seats: "9007199254740993", distance: -1_500 });
  });
});
