import { describe, expect, it } from "vitest";
import { originsOf } from "../../../../core/access/cors.ts";

describe("originsOf", () => {
  it("takes a list, or text with commas, each once", () => {
    const shop = "https://shop.example.com";

    expect(originsOf("")).toEqual([]);
    expect(originsOf([])).toEqual([]);
    expect(originsOf(`${shop}, http://localhost:5173,${shop}`)).toEqual([
      shop,
      "http://localhost:5173",
    ]);
    expect(originsOf([shop])).toEqual([shop]);
  });

  it.each<[string, unknown]>([
    ["everybody", "*"],
    ["no scheme", "shop.example.com"],
    ["a path", "https://shop.example.com/"],
    ["upper case", "https://Shop.example.com"],
    ["the scheme's own port", "https://shop.example.com:443"],
    ["a port that is none", "https://shop.example.com:99999"],
    ["a wildcard in it", "https://*.example.com"],
    ["null", ["null"]],
    ["a number", 5],
    ["a list of numbers", [5]],
    ["101 of them", Array.from({ length: 101 }, (_, i) => `https://a${i}.example.com`)],
  ])("refuses %s", (_what, value) => {
    expect(() => originsOf(value)).toThrow(/is no list of at most 100 origins/);
  });
});
