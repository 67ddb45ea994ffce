import { describe, expect, it } from "vitest";
import { COST_PAGE, outputsIn, renderedCostPage } from "./cost-page.ts";
import { pageText } from "./markdown.ts";

describe("docs/cost.md", () => {
  const page = pageText(COST_PAGE);

  it("shows what its commands print, and sums as the code does", async () => {
    expect(outputsIn(page)).toBe(3);
    expect(await renderedCostPage(page)).toBe(page);
  });

  it("sees a number that is not the code's", async () => {
    const spoiled = page.replace(/(\| \*\*the month[^|]*\| )[\d.]+/, "$10.01");

    expect(spoiled).not.toBe(page);
    expect(await renderedCostPage(spoiled)).toBe(page);
  });
});
