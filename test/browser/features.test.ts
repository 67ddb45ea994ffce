import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, type Watch, watchPage } from "../fixtures/browser.ts";
import { type ExampleWorld, trainExample } from "../fixtures/e2e/example-model.ts";
import { ask } from "../fixtures/e2e/http.ts";
import { writeFlights } from "../fixtures/e2e/world.ts";

const MODEL = "flight-delay";
const FILES = `[{ name: "flights.parquet", from: "flights.parquet" }]`;

/** A feature that a request may carry, tags, and a rule that warns. */
const CHANGED = `
  source: { ...original.source, files: ${FILES} },
  streams: original.streams.map((stream) => ({
    ...stream, history: { ...stream.history, files: ${FILES} },
  })),
  fields: { ...original.fields, airports: { type: "tags", role: "feature", required: false } },
  aggregates: {
    ...original.aggregates,
    origin_flights_1h: { stream: "flights", inRequest: "wins", fallback: { use: "default", value: 3 } },
  },
  example: { ...original.example, airports: ["ORD", "LAX"] },
  quality: { rules: { short: { check: "sql", from: ["distance"], expression: "distance < 2000", action: "warn" } } },
  candidates: [{ name: "boosting", family: "gradient-boosting", parameters: { trees: 10, leaves: 7 } }],
  gates: {},`;

const SHOTS = process.env.SCREENSHOTS;

describe("the console on a model with features of streams", () => {
  let world: ExampleWorld;
  let browser: Browser;
  let page: Page;
  let watch: Watch;

  beforeAll(async () => {
    world = await trainExample(MODEL, {
      changed: CHANGED,
      write: async (folder) => {
        const features = join(folder, "../../features");
        await mkdir(features);
        for (const place of [folder, features]) {
          const columns = "*, list_value(origin, destination) AS airports";
          await writeFlights(join(place, "flights.parquet"), { columns, rows: 20_000 });
        }
      },
    });
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    // one refused prediction, no drift report yet, a feature that nobody declared
    const expected = /status of (400|404).*\/(predictions|reports\/drift|api\/features\/nobody)$/;
    watch = watchPage(page, world.platform.url, expected);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.remove();
  });

  /** Every view in light and dark, wide and narrow, for a person to look at: `SCREENSHOTS=<folder>`. */
  const shoot = async (name: string) => {
    if (SHOTS === undefined) return;
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1280, 400]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({
          path: join(SHOTS, `${name}-${colorScheme}-${width}.png`),
          fullPage: true,
        });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 900 });
  };

  it("lists streams and features in words, with the models that read them", async () => {
    await page.goto(world.platform.url);
    await page.getByRole("link", { name: "Features", exact: true }).click();

    const catalogue = page.getByRole("table", { name: "Features" });
    const row = catalogue.getByRole("row").filter({ hasText: "origin_late_rate_3h" });
    await row.getByText(/share of events where .*, of each origin, in the 3h before/).waitFor();
    await row.getByRole("link", { name: MODEL }).waitFor();
    const streams = page.getByRole("table", { name: "Streams" });
    await streams.getByRole("row").filter({ hasText: "flights" }).waitFor();
    await shoot("features");
  });

  it("shows who reads a feature since when, and how fresh it is", async () => {
    await ask(world.platform.url, "POST", "/api/streams/flights/backfills", {});
    await page.getByRole("link", { name: "origin_late_rate_3h" }).click();

    const users = page.getByRole("table", { name: "Models that read it" });
    await users.getByRole("cell", { name: "1", exact: true }).waitFor();
    await users.getByText(/^20\d\d-/).waitFor();
    const freshness = page.getByRole("region", { name: "Freshness" });
    await freshness.getByText("filled", { exact: true }).waitFor();
    await freshness.getByText("No event came in yet.").waitFor();
    await shoot("feature");
  });

  it("says so of a feature that nobody declared", async () => {
    await page.goto(`${world.platform.url}/#/features/nobody`);

    await page.getByRole("alert").getByText('there is no feature "nobody"').waitFor();
  });

  it("sends tags as a list, and tells what is fetched and what may be sent", async () => {
    await page.goto(`${world.platform.url}/#/models/${MODEL}`);
    const fetched = page.getByRole("region", { name: "Fetched inputs" });
    await fetched.getByText("by origin; else missing").waitFor();
    expect(await fetched.getByText("origin_flights_1h").count()).toBe(0);
    await page.getByText("what is sent wins; fetched when left empty").waitFor();
    expect(await page.getByLabel("airports").inputValue()).toBe("ORD|LAX");
    await page.getByLabel("origin_flights_1h").fill("12.5");
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.url().endsWith("/predictions")),
      page.getByRole("button", { name: "Predict" }).click(),
    ]);

    await page
      .locator("output.answer")
      .getByText(/probability 0\.\d{4}/)
      .waitFor();
    expect(request.postDataJSON().instances[0]).toMatchObject({
      airports: ["ORD", "LAX"],
      origin_flights_1h: 12.5,
    });
  });

  it("shows which features could not be had, and what was used", async () => {
    // before what the store holds of the past
    await page.getByLabel("date").fill("1999-01-01T12:00:00Z");
    await page.getByLabel("origin_flights_1h").fill("");
    await page.getByRole("button", { name: "Predict" }).click();

    const answer = page.locator("output.answer");
    await answer.getByText(/^origin_flights_1h could not be had: .*; used 3$/).waitFor();
    await answer.getByText(/^origin_late_rate_3h could not be had: .*; used missing$/).waitFor();
    await shoot("predict");
  });

  it("shows what the run's data was like: rules, the worst rows", async () => {
    await page.getByRole("link", { name: "runs", exact: true }).click();
    await page.getByText("show", { exact: true }).first().click();

    const quality = page.getByRole("region", { name: "Data quality" });
    const open = quality.getByRole("table", { name: "Quality rules that did not pass" });
    const rule = open.getByRole("row").filter({ hasText: "short" });
    await rule.getByText("warned", { exact: true }).waitFor();
    const worst = quality.getByRole("table", { name: "Worst rows" });
    expect(await worst.getByRole("row").count()).toBe(11);
    expect(await worst.getByRole("cell").filter({ hasText: "short" }).count()).toBe(10);
    await quality.getByText(/^\d+ rules passed$/).click();
    await quality.getByRole("table", { name: "Quality rules that passed" }).waitFor();
    await shoot("quality");
  });

  it("fits a narrow screen, complains of nothing and asks no other host", async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    for (const view of ["features", "features/origin_late_rate_3h", `models/${MODEL}/runs`]) {
      await page.goto(`${world.platform.url}/#/${view}`);
      await page.getByRole("table").first().waitFor();
      const excess = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(excess, `${view} is wider than the screen`).toBeLessThanOrEqual(0);
    }
    expect(watch.complaints).toEqual([]);
    expect(watch.strangers).toEqual([]);
  });
});
