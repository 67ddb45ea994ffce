import { describe, expect, it } from "vitest";
import { csvHeader } from "../../../engine/dataset/csv-header.ts";

describe("csvHeader", () => {
  it.each<[string, string, string[]]>([
    ["plain names", "a,b\n1,2", ["a", "b"]],
    ["a byte order mark and CRLF", "\uFEFFa,b\r\n1,2", ["a", "b"]],
    ["quotes, commas and line ends in names", '"a,1","b""q""","c\nd"\n', ["a,1", 'b"q"', "c\nd"]],
    ["no line end", "a", ["a"]],
    ["an empty last name", "a,", ["a", ""]],
  ])("reads %s", (_what, text, names) => {
    expect(csvHeader(text)).toEqual(names);
  });
});
