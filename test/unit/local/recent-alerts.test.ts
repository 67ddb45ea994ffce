import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localAlerts } from "../../../local/local-alerts.ts";
import { recentAlerts } from "../../../local/recent-alerts.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-alerts-"));
  path = join(folder, "alerts.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function send(count: number, detail = "") {
  let time = 0;
  const alerts = localAlerts({ path, clock: () => (time += 1_000), log: () => {} });
  for (let i = 1; i <= count; i += 1) {
    await alerts.send({ severity: "info", model: "m", subject: `alert ${i}`, detail });
  }
}

describe("recentAlerts", () => {
  it("has none before the first", async () => {
    expect(await recentAlerts(path)).toEqual([]);
  });

  it("gives the last 50, newest first, each with its time", async () => {
    await send(60);

    const alerts = await recentAlerts(path);

    expect(alerts).toHaveLength(50);
    expect(alerts[0]).toMatchObject({ subject: "alert 60", at: "1970-01-01T00:01:00.000Z" });
    expect(alerts.at(-1)).toMatchObject({ subject: "alert 11" });
  });

  it("leaves out lines that are cut off, at the end of the file or of what is read", async () => {
    // 40 alerts of 10 kB with characters of three bytes: the tail begins within one
    await send(40, "€".repeat(3_333));
    await appendFile(path, '{"at":"1970-01-0');

    const alerts = await recentAlerts(path);

    expect(alerts.length).toBeGreaterThan(20);
    expect(alerts.length).toBeLessThan(40);
    expect(alerts.map(({ subject }) => subject)).toEqual(
      alerts.map((_alert, i) => `alert ${40 - i}`),
    );
  });
});
