import { describe, expect, it } from "vitest";
import { computedIn, renderedScalePage, SCALE_PAGE, storedInputs } from "../../bench/scale/page.ts";
import { TABLES } from "../../bench/scale/page-tables.ts";
import { pageText } from "./markdown.ts";

describe("docs/scale.md", () => {
  const page = pageText(SCALE_PAGE);

  it("shows what the model computes from the stored inputs, all of it", () => {
    expect([...computedIn(page)].sort()).toEqual(Object.keys(TABLES).sort());
    expect(renderedScalePage(page, storedInputs())).toBe(page);
  });

  it("sees a number that is not the model's", () => {
    const one = page.replace(/<!-- computed: (?!bill)\w+ -->/g, "<!-- other -->");
    const spoiled = one.replace("| 1 row, features sent | 2", "| 1 row, features sent | 9");

    expect(renderedScalePage(one, storedInputs())).toBe(one);
    expect(spoiled).not.toBe(one);
    expect(renderedScalePage(spoiled, storedInputs())).not.toBe(spoiled);
  });

  it("fails on a part that nothing computes", () => {
    const unknown = "<!-- computed: weather -->\nrain\n<!-- end of computed -->";

    expect(() => renderedScalePage(unknown, storedInputs())).toThrow("nothing computes weather");
  });
});
