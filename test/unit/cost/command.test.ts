import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Client, RefusedError } from "../../../cli/client.ts";
import { type CostCommand, cost } from "../../../cli/cost/cost.ts";
import { dollars } from "../../../cli/cost/cost-text.ts";
import { parseMeasurements } from "../../../core/cost/measurements.ts";
import { priceTable } from "../../../core/cost/price-table.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import type { RunRecord } from "../../../core/registry/records.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { measured } from "./measured.ts";

const NOW = new Date("2026-12-01T00:00:00.000Z");
const DURATIONS = { prepareMs: 8_000, trainMs: [30_000], evaluateMs: 5_000, registerMs: 500 };

const runRecord = (changes: Partial<RunRecord>): RunRecord => ({
  model: "flight-delay",
  runId: "r",
  status: "succeeded",
  reason: "",
  requestedBy: "",
  definitionDigest: "",
  startedAt: "2026-11-01T00:00:00.000Z",
  endedAt: "2026-11-01T00:01:00.000Z",
  ...changes,
});

/** A platform that answers with what is given here. */
function platform(answers: Readonly<Record<string, unknown>> = {}): Client {
  const all: Readonly<Record<string, unknown>> = {
    definition: storedDefinition(parseDefinition(flightDelay)),
    runs: [],
    versions: [],
    events: [],
    usage: { objects: {}, predictions: null, check: null },
    ...answers,
  };
  return {
    url: "http://127.0.0.1:4700",
    call: async (_method, path) => {
      const part = path.split("/").at(-1) ?? "";
      if (path !== `/api/models/flight-delay/${part}`) throw new RefusedError(`no ${path}`);
      return all[part];
    },
  };
}

const ask = (
  command: Partial<CostCommand> = {},
  { client = platform(), model = "flight-delay" } = {},
) => cost(client, model, { predictions: "1000000", ...command }, NOW);

/** A file with measurements, as `--json` prints them. */
function measuredFile(content: unknown = { measured: measured() }): string {
  const path = join(temporaryFolder(), "measured.json");
  writeFileSync(path, JSON.stringify(content));
  return path;
}

describe("millrace cost", () => {
  it("takes durations from the newest run that succeeded and kept them", async () => {
    const runs = [
      runRecord({ runId: "failed", status: "failed", durations: DURATIONS }),
      runRecord({ runId: "old", status: "succeeded" }),
      runRecord({ runId: "timed", durations: DURATIONS }),
      runRecord({ runId: "timed before", durations: { ...DURATIONS, prepareMs: 1 } }),
    ];

    const { json } = await ask({}, { client: platform({ runs }) });

    expect(json.measured.run).toMatchObject({ runId: "timed", prepareMs: 8_000 });
  });

  it("says what was not measured, and takes nothing for granted", async () => {
    const { text, json } = await ask();

    expect(text).toContain("no run has succeeded and kept its durations: millrace train");
    expect(text).toContain("no drift check was timed");
    expect(text).toContain("no request with one row was logged");
    expect(text).toMatch(/prepare: compute +not measured +GB-second/);
    expect(json.estimate?.month.isComplete).toBe(false);
  });

  it("says that a local platform's durations are not Lambda's, what is left out and what is free", async () => {
    const { text } = await ask();

    expect(text).toContain("durations are of this machine, not of Lambda; nothing is scaled");
    expect(text).toContain("data transferred out of AWS");
    expect(text).toContain("is not taken off; --free-tier does");
  });

  it("takes what was measured before from a file, and its region from a stack's name", async () => {
    const from = { kind: "stack", name: "millrace-dev in eu-west-1" };
    const file = measuredFile({ measured: { ...measured(), from } });

    const { json, text } = await ask({ measured: file }, { model: "flights" });

    expect(json.estimate?.region).toBe("eu-west-1");
    expect(text).toContain("measured in millrace-dev in eu-west-1");
    expect(text).not.toContain("of this machine");
    expect(parseMeasurements(json.measured)).toEqual(json.measured);
  });

  it("prefers the region that is asked for", async () => {
    const { json } = await ask(
      { measured: measuredFile(), region: "eu-west-2" },
      { model: "flights" },
    );

    expect(json.estimate?.region).toBe("eu-west-2");
  });

  it("counts so many predictions, with the duration that is given, and says so", async () => {
    const { json, text } = await ask(
      {
        measured: measuredFile(measured()),
        predictions: "5000",
        requestMs: "20",
        logWriteMs: "90",
      },
      { model: "flights" },
    );

    const serving = json.estimate?.sections.find(({ id }) => id === "serving");
    expect(serving?.lines[0]?.quantity).toBe(5_000);
    expect(text).toContain("a request is taken to last 20 ms, as you say");
    expect(text).toContain("a write of the prediction log is taken to last 90 ms, as you say");
  });

  it("takes off what is free where it is told to", async () => {
    const measuredBefore = { measured: measuredFile() };
    const [paid, free] = await Promise.all(
      [false, true].map((freeTier) => ask({ ...measuredBefore, freeTier }, { model: "flights" })),
    );

    expect(free?.json.estimate?.month.usd).toBeLessThan(paid?.json.estimate?.month.usd ?? 0);
  });

  it("takes prices from a file, and warns when they are old", async () => {
    const table = structuredClone(priceTable());
    const path = join(temporaryFolder(), "prices.json");
    const sources = table.sources.map((source) => ({ ...source, lookedUpOn: "2025-01-01" }));
    writeFileSync(path, JSON.stringify({ ...table, sources }));

    const { text, json } = await ask({ prices: path });

    expect(json.warnings[0]).toMatch(/looked up on 2025-01-01, 699 days ago/);
    expect(text).toContain(json.warnings[0]);
    expect((await ask()).text).not.toMatch(/days ago/);
  });

  it("compares with what is paid by the hour", async () => {
    const { text, json } = await ask(
      { measured: measuredFile(), compare: true },
      { model: "flights" },
    );

    expect(text).toMatch(
      /^USD a month for answering predictions one a request\nbilled 1.50 ms each; the others work 1.25 ms on each/,
    );
    expect(text).toMatch(/SageMaker endpoint, 1 × ml.m5.large: [\d,]+ predictions a month/);
    expect(json.comparison?.rows.map(({ predictions }) => predictions)).toEqual([
      0, 10_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]);
    for (const { millrace, answering } of json.comparison?.rows ?? []) {
      expect(answering).toBeLessThanOrEqual(millrace);
    }
  });

  it("takes what is said of Lambda for Lambda only, where the work was measured", async () => {
    const file = { measured: measuredFile(), compare: true };

    const [as, slow] = await Promise.all([
      ask(file, { model: "flights" }),
      ask({ ...file, requestMs: "500" }, { model: "flights" }),
    ]);

    const at = (answer: typeof as) => answer.json.comparison?.rows.at(-1);
    expect(at(slow)?.others).toEqual(at(as)?.others);
    expect(at(slow)?.millrace).toBeGreaterThan(at(as)?.millrace ?? 0);
    const unmeasured = await ask({ compare: true, requestMs: "500" });
    expect(unmeasured.json.comparison?.workMs).toBe(500);
  });

  it("has no crossing where a price is not known", async () => {
    const { text } = await ask(
      { measured: measuredFile(), compare: true, region: "eu-west-2" },
      { model: "flights" },
    );

    expect(text).toContain("SageMaker endpoint, 1 × ml.m5.large: no such point, or no price");
  });

  it("is dearer from the point that it names, and was not just before", async () => {
    const file = { measured: measuredFile() };
    const { json } = await ask({ ...file, compare: true }, { model: "flights" });
    const name = "SageMaker endpoint, 1 × ml.m5.large";
    const point = json.comparison?.crossovers[name] ?? 0;

    const usd = async (predictions: number) => {
      const answer = await ask({ ...file, predictions: String(predictions) }, { model: "flights" });
      return (answer.json.estimate?.sections ?? [])
        .filter(({ id }) => ["serving", "storage", "idle"].includes(id))
        .reduce((sum, section) => sum + section.usd, 0);
    };

    expect(await usd(point)).toBeGreaterThan(83.95);
    expect(await usd(point - 1)).toBeLessThanOrEqual(83.95);
  });

  it.each([
    ["--predictions is a whole number", { predictions: "many" }],
    ["--predictions is a whole number", { predictions: "-1" }],
    ["--request-ms is a number from 0", { requestMs: "fast" }],
    ["--request-ms is a number from 0", { requestMs: "" }],
    ["--log-write-ms is a number from 0", { logWriteMs: "-1" }],
    ["there are no prices of mars-north-1", { region: "mars-north-1" }],
    ["cannot read nowhere.json", { measured: "nowhere.json" }],
    ["cannot read nowhere.json", { prices: "nowhere.json" }],
    ["no request was measured; ask for predictions, or give --request-ms", { compare: true }],
  ])("fails with «%s»", async (message, command) => {
    const asking = ask(command);

    await expect(asking).rejects.toThrow(RefusedError);
    await expect(asking).rejects.toThrow(message);
  });

  it("fails on measurements of another model, on wrong ones, and on what is no JSON", async () => {
    const text = join(temporaryFolder(), "text.json");
    writeFileSync(text, "no JSON");

    await expect(ask({ measured: measuredFile() })).rejects.toThrow(
      /of flights, not of flight-delay/,
    );
    await expect(ask({ measured: measuredFile({}) })).rejects.toThrow(/measurements are wrong/);
    await expect(ask({ measured: measuredFile(null) })).rejects.toThrow(/measurements are wrong/);
    await expect(ask({ measured: text })).rejects.toThrow(/is no JSON/);
    await expect(ask({ prices: measuredFile() })).rejects.toThrow(/price table is wrong/);
  });
});

describe("dollars", () => {
  it.each([
    [null, "-"],
    [0, "0.00"],
    [0.00001, "<0.0001"],
    [0.0123, "0.0123"],
    [1_234.5, "1,234.50"],
  ])("writes %s as %s", (usd, text) => {
    expect(dollars(usd)).toBe(text);
  });
});
