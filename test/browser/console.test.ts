import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Platform } from "../../local/platform.ts";
import { launchBrowser, type Watch, watchPage } from "../fixtures/browser.ts";
import { ask, championOf, endOf, startTraining } from "../fixtures/e2e/http.ts";
import { MODEL, makeWorld, type World } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

/** What the browser logs by itself: the prediction that is refused, and a report before the first. */
const EXPECTED = /status of (400|404).*\/(predictions|reports\/drift)$/;

/** One visit, told in its order: each step goes on from where the last one ended. */
describe("the console", () => {
  let world: World;
  let platform: Platform;
  let browser: Browser;
  let page: Page;
  let watch: Watch;

  beforeAll(async () => {
    world = await makeWorld();
    platform = await startWorldPlatform(world);
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    watch = watchPage(page, platform.url, EXPECTED);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    await world?.remove();
  });

  const tab = (name: string) => page.getByRole("link", { name, exact: true }).click();

  it("lists the model, and says that it has no champion yet", async () => {
    await page.goto(platform.url);

    await page.getByText("no champion yet").waitFor();
    await page.getByRole("link", { name: MODEL }).click();
    await page.getByText("No version is champion yet").waitFor();
  });

  it("starts training, shows its states, then the champion, without a reload", async () => {
    await page.getByRole("button", { name: "Start training" }).click();

    await page.getByRole("listitem").filter({ hasText: "Prepare" }).waitFor();
    expect(await page.getByRole("button", { name: "Start training" }).isDisabled()).toBe(true);
    const champion = page.getByRole("region", { name: "Champion" });
    await champion.getByText("Version 1").waitFor();
    expect(await champion.getByText(/^0\.6\d{3}$/).count()).toBeGreaterThan(0);
    await page.getByText("Nothing runs.").waitFor();
  });

  it("makes the example's prediction", async () => {
    await page.getByRole("button", { name: "Predict" }).click();

    await page.getByText(/label [01], probability 0\.\d{4}/).waitFor();
  });

  it("says why, where that is asked", async () => {
    await page.getByLabel("Say why").check();
    await page.getByRole("button", { name: "Predict" }).click();

    await page
      .getByText(/^\w+ .+: (raises|lowers) the score by \d/)
      .first()
      .waitFor();
  });

  it("shows what is wrong with a value beside its field", async () => {
    await page.getByLabel("distance").fill("far");
    await page.getByRole("button", { name: "Predict" }).click();

    await page
      .getByText('must be a finite number, got the string "far"', { exact: true })
      .waitFor();
    const field = page.getByLabel("distance");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    const about = await field.getAttribute("aria-describedby");
    expect(await page.locator(`#${about}`).textContent()).toContain("finite number");
    expect(await page.getByText("One field is wrong").count()).toBe(1);
  });

  it("shows what the run found of its candidate: metrics, inputs and slices", async () => {
    await tab("runs");
    await page.getByText("show", { exact: true }).first().click();

    const candidates = page.getByRole("table", { name: /^Candidates of run .*, best first$/ });
    await candidates.getByText("gradient-boosting").waitFor();
    expect(await candidates.getByRole("row").count()).toBe(3);
    expect(await candidates.locator("strong").textContent()).toBe("boosting");
    const metrics = page.getByRole("table", { name: "Metrics on the test split" });
    await metrics
      .getByText(/^0\.\d{4} to 0\.\d{4}$/)
      .first()
      .waitFor();
    const inputs = page.getByRole("table", { name: "Permutation importances" });
    expect(await inputs.getByRole("row").count()).toBeGreaterThan(3);
    const moved = page.getByRole("table", { name: "Mean contributions" });
    expect(await moved.getByRole("row").count()).toBe(await inputs.getByRole("row").count());
    await page.getByRole("heading", { name: "Slices" }).waitFor();
  });

  it("checks drift, and says that there is too little to judge", async () => {
    await tab("drift");
    await page.getByText("None yet.").waitFor();
    await page.getByRole("button", { name: "Check drift" }).click();

    await page.getByText("not enough data", { exact: true }).waitFor();
  });

  it("promotes a version that a person gives a reason for, and keeps the reason as text", async () => {
    await endOf(platform.url, await startTraining(platform.url));
    expect(await championOf(platform.url)).toBe(2);
    await tab("versions");
    await page.getByRole("button", { name: "Promote version 1…" }).click();
    const dialog = page.getByRole("dialog");

    await dialog.getByRole("button", { name: "Promote" }).click();
    expect(await championOf(platform.url), "without a reason nothing is sent").toBe(2);
    await dialog.getByLabel("Reason, for the history").fill("<img src=x onerror=alert(1)>");
    await dialog.getByLabel("Your name").fill("Ada");
    await dialog.getByRole("button", { name: "Promote" }).click();

    await page.getByRole("button", { name: "Promote version 2…" }).waitFor();
    expect(await championOf(platform.url)).toBe(1);
    await tab("history");
    const line = page.getByRole("row").filter({ hasText: "Ada" });
    await line.getByText("<img src=x onerror=alert(1)>").waitFor();
    expect(await line.textContent()).toContain("2 → 1");
  });

  it("moves nothing when the champion is another than the one that was seen", async () => {
    const api = `/api/models/${MODEL}/aliases/champion`;
    const body = { version: 2, why: "t", expected: 2 };

    expect((await ask(platform.url, "PUT", api, body)).status).toBe(409);
    expect(await championOf(platform.url)).toBe(1);
  });

  it("opens a view by its address, and fits a narrow screen", async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    for (const view of ["", "/versions", "/runs", "/drift", "/history"]) {
      await page.goto(`${platform.url}/#/models/${MODEL}${view}`);
      await page.getByRole("heading", { name: MODEL }).waitFor();
      const excess = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(excess, `${view} is wider than the screen`).toBeLessThanOrEqual(0);
    }
    await page.goto(`${platform.url}/#/models/nobody`);
    await page.getByRole("alert").waitFor();
  });

  it("complains of nothing and asks no other host", () => {
    expect(watch.complaints.filter((text) => !text.endsWith("/api/models/nobody"))).toEqual([]);
    expect(watch.strangers).toEqual([]);
  });

  it("says so when the platform does not answer", async () => {
    await page.goto(`${platform.url}/#/models/${MODEL}`);
    await page.getByText("Version 1").first().waitFor();
    await page.route("**/api/**", (route) => route.abort());

    await page.getByText("The platform has not answered since").waitFor();
    expect(await page.getByText("Version 1").count(), "what was known stays").toBeGreaterThan(0);

    await page.unroute("**/api/**");
    await page.getByText("The platform has not answered since").waitFor({ state: "detached" });
  });
});
