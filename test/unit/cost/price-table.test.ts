import { describe, expect, it } from "vitest";
import {
  ageWarning,
  parsePriceTable,
  pricesOf,
  priceTable,
} from "../../../core/cost/price-table.ts";
import { PRICE_NAMES } from "../../../core/cost/prices.ts";
import { InvalidInputError } from "../../../core/errors.ts";

const table = priceTable();
// biome-ignore lint/suspicious/noExplicitAny: it is spoiled in ways that its type forbids
type Spoiled = any;

describe("the price table", () => {
  it("has every price of us-east-1, and says of other regions what was not found", () => {
    expect(Object.keys(pricesOf(table, "us-east-1")).toSorted()).toEqual(PRICE_NAMES.toSorted());
    expect(table.regions["us-east-1"]?.notFound).toEqual([]);
    for (const [region, { prices, notFound }] of Object.entries(table.regions)) {
      expect([...Object.keys(prices), ...notFound].toSorted(), region).toEqual(
        PRICE_NAMES.toSorted(),
      );
    }
  });

  it("has what serving and training cost most by in every region", () => {
    for (const region of ["us-east-1", "eu-west-1", "eu-central-1", "eu-west-2"]) {
      expect(pricesOf(table, region)).toMatchObject({
        lambdaX86UsdPerGbSecond: 0.0000166667,
        lambdaUsdPerRequest: 0.0000002,
        stepFunctionsUsdPerTransition: 0.000025,
      });
    }
  });

  it("names for each price one page and the day it was looked up", () => {
    expect(table.sources.flatMap(({ prices }) => prices)).toHaveLength(PRICE_NAMES.length);
    for (const { page, lookedUpOn, basis } of table.sources) {
      expect(page).toMatch(/Pricing/);
      expect(lookedUpOn).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(basis).not.toBe("");
    }
  });

  it.each([
    ["a price of 0", (t: Spoiled) => (t.regions["us-east-1"].prices.s3UsdPerPut = 0)],
    [
      "a price left out and not named",
      (t: Spoiled) => delete t.regions["eu-west-1"].prices.s3UsdPerPut,
    ],
    ["a price that is none", (t: Spoiled) => (t.regions["us-east-1"].prices.goldUsdPerOunce = 1)],
    ["a source left out", (t: Spoiled) => t.sources.pop()],
    ["no date", (t: Spoiled) => (t.sources[0].lookedUpOn = "recently")],
    ["another currency", (t: Spoiled) => (t.currency = "EUR")],
    ["a region that is none", (t: Spoiled) => (t.regions.Frankfurt = t.regions["eu-central-1"])],
  ])("fails on %s", (_name, spoil) => {
    const spoiled: Spoiled = structuredClone(table);
    spoil(spoiled);

    expect(() => parsePriceTable(spoiled)).toThrow(InvalidInputError);
  });

  it("fails on what is no object", () => {
    expect(() => parsePriceTable([])).toThrow(/price table is wrong: \(root\)/);
  });

  it("fails on a region that it does not have, naming those it has", () => {
    expect(() => pricesOf(table, "mars-north-1")).toThrow(/there are us-east-1, eu-west-1/);
  });
});

describe("ageWarning", () => {
  const lookedUpOn = (...days: string[]) => ({
    sources: days.map((day) => ({ page: "p", lookedUpOn: day, basis: "b", prices: [] })),
  });

  it("says nothing for a year", () => {
    expect(ageWarning(lookedUpOn("2026-11-23"), "2027-11-23")).toBeUndefined();
    expect(ageWarning(lookedUpOn(), "2027-11-23")).toBeUndefined();
  });

  it("says after a year how old the oldest price is", () => {
    const warning = ageWarning(lookedUpOn("2026-12-24", "2026-11-23"), "2027-11-24");

    expect(warning).toMatch(/looked up on 2026-11-23, 366 days ago/);
  });
});
