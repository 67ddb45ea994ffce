import { describe, expect, it } from "vitest";
import { InvalidInputError, TooLargeError } from "../../../core/errors.ts";
import { csvInstances } from "../../../core/inference/csv-instances.ts";
import { csvLines } from "../../../core/inference/csv-lines.ts";

const MEMBERS = [
  { name: "amount", type: "number" },
  { name: "count", type: "integer" },
  { name: "isNew", type: "boolean" },
  { name: "place", type: "category" },
  { name: "at", type: "timestamp" },
  { name: "topics", type: "tags" },
].map((member) => ({ ...member, required: false, maxLength: 9 })) as Parameters<
  typeof csvInstances
>[1];

describe("csvLines", () => {
  it.each<[string, readonly (readonly string[])[]]>([
    ["", []],
    ["a", [["a"]]],
    [
      "a,b\nc,d\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a,\r\n,b\r\n",
      [
        ["a", ""],
        ["", "b"],
      ],
    ],
    ["a,", [["a", ""]]],
    ["\n", [[""]]],
    ["a\rb", [["a"], ["b"]]],
    ['"a,""b""\n",c', [['a,"b"\n', "c"]]],
    ['""', [[""]]],
    ["\uFEFFa", [["a"]]],
    ['a"b', [['a"b']]],
  ])("reads %j", (text, lines) => {
    expect(csvLines(text, 10)).toEqual(lines);
  });

  it.each([
    ["a quote without end", '"a', InvalidInputError],
    ["text behind a quote", '"a"b', InvalidInputError],
    ["more lines than are read", "\n".repeat(11), TooLargeError],
  ])("fails on %s", (_name, text, error) => {
    expect(() => csvLines(text, 10)).toThrow(error);
  });

  it("reads megabytes of quotes", () => {
    expect(csvLines(`"${'""'.repeat(200_000)}"`, 1)[0]?.[0]).toHaveLength(200_000);
  });
});

describe("csvInstances", () => {
  it("reads fields by their type, in the order of the inputs", () => {
    expect(csvInstances("1.5,2,TRUE,a,2001,x|y\n,,,,,\nx,-1,maybe,,,", MEMBERS)).toEqual([
      { amount: 1.5, count: 2, isNew: true, place: "a", at: "2001", topics: ["x", "y"] },
      { amount: null, count: null, isNew: null, place: null, at: null, topics: null },
      { amount: "x", count: -1, isNew: "maybe", place: null, at: null, topics: null },
    ]);
  });

  it("reads fields by the names of the first line", () => {
    expect(csvInstances("place,amount\nb,0", MEMBERS)).toEqual([{ place: "b", amount: 0 }]);
    expect(csvInstances("place,amount", MEMBERS)).toEqual([]);
    expect(csvInstances("", MEMBERS)).toEqual([]);
  });

  it("fails on a row of another length", () => {
    expect(() => csvInstances("place,amount\nb", MEMBERS)).toThrow("row 0 has 1 fields; send 2");
  });
});
