import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localStore } from "../../../local/local-adapters.ts";
import { logWorker } from "../../../local/log-worker.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "millrace-log-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const body = JSON.stringify({
  inputs: { distance: "number" },
  records: [
    {
      predictionId: "p-0",
      time: "2001-06-03T17:10:00.000Z",
      model: "flight-delay",
      version: 1,
      alias: "champion",
      requestId: "r",
      features: { distance: 1745 },
      score: 0.25,
      label: 0,
      latencyMs: 1,
    },
  ],
});

function setUp() {
  const environment = { home, dynamodbEndpoint: "", duckdbMemory: "1GB", gitCommit: "" };
  const lines: object[] = [];
  const worker = logWorker(environment, (line) => lines.push(line));
  return { worker, lines, store: localStore(environment) };
}

describe("logWorker", () => {
  it("writes Parquet, batch after batch, and names what it could not read", async () => {
    const { worker, lines, store } = setUp();

    const first = await worker.handle([{ messageId: "m1", body }]);
    const second = await worker.handle([
      { messageId: "m2", body: "{" },
      { messageId: "m3", body: body.replace("p-0", "p-1") },
    ]);
    await worker.stop();

    expect(first.failed).toEqual([]);
    expect(second.failed).toEqual(["m2"]);
    expect(lines).toMatchObject([{ level: "error", messageId: "m2" }]);
    const keys: string[] = [];
    for await (const { key } of store.list("predictions/")) keys.push(key);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toContain("predictions/model=flight-delay/date=2001-06-03/hour=17/");
  });

  it("fails when its thread has ended, so that the messages stay in the queue", async () => {
    const { worker } = setUp();

    await worker.stop();

    await expect(worker.handle([{ messageId: "m1", body }])).rejects.toThrow(/thread.*ended/);
  });
});
