import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, type Watch, watchPage } from "../fixtures/browser.ts";
import { type ExampleWorld, trainExample } from "../fixtures/e2e/example-model.ts";

const MODEL = "weather";

/** The page of a model that tells classes apart: what is not binary is shown in its own words. */
describe("the console on a model of several classes", () => {
  let world: ExampleWorld;
  let browser: Browser;
  let page: Page;
  let watch: Watch;

  beforeAll(async () => {
    world = await trainExample(MODEL);
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    // there is no drift report before the first check
    watch = watchPage(page, world.platform.url, /status of 404.*\/reports\/drift$/);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.remove();
  });

  it("lists the metrics of its task", async () => {
    await page.goto(world.platform.url);
    const card = page.getByRole("listitem").filter({ hasText: MODEL });

    await card.getByText("Log-loss").waitFor();
    await card.getByText("Accuracy").waitFor();
    expect(await card.getByText("ROC-AUC").count()).toBe(0);
  });

  it("tells the class, and the classes by their probability", async () => {
    await page.getByRole("link", { name: MODEL }).click();
    await page.getByRole("button", { name: "Predict" }).click();

    const answer = page.locator("output.answer");
    await answer.getByText("kind: rain").waitFor();
    const told = await answer.getByText(/^\w+: probability [01]\.\d{4}$/).allTextContents();
    const probabilities = told.map((text) => Number(text.split(" ").at(-1)));
    expect(told).toHaveLength(5);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    expect(told[0]).toMatch(/^rain/);
  });

  it("shows its metrics in the table of versions", async () => {
    await page.getByRole("link", { name: "versions", exact: true }).click();

    await page.getByRole("columnheader", { name: "Accuracy" }).waitFor();
    const accuracy = world.report.metrics.accuracy?.toFixed(4) ?? "";
    await page.getByRole("cell", { name: accuracy }).waitFor();
    expect(watch.complaints).toEqual([]);
    expect(watch.strangers).toEqual([]);
  });
});
