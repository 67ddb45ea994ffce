import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../core/errors.ts";
import type { Alert } from "../../core/ports/alerts.ts";
import { task } from "../../functions/middleware/task.ts";
import { makeHandler as makeNotify } from "../../functions/notify/handler.ts";
import { localStateMachine } from "../../local/state-machine.ts";

const digest = "a".repeat(64);
const RUN_ID = "01JDCORRELATION";

type Handler = (event: unknown) => Promise<object>;

const ANSWERS: Readonly<Record<string, object>> = {
  "start-run": {
    ...{ model: "m", runId: RUN_ID, definitionDigest: digest, reason: "r", requestedBy: "me" },
    search: {
      round: {
        number: 0,
        candidates: [0, 1].map((index) => ({ index, name: `candidate-${index}` })),
      },
    },
    continueFrom: null,
    owner: "ada",
    startedAt: "2026-01-02T10:00:00.000Z",
    lastDataset: null,
    promotion: "automatic",
    compute: { preparation: { on: "lambda" }, training: { on: "lambda", function: "train" } },
  },
  prepare: { datasetDigest: digest, rows: {}, quality: { verdict: "passed" } },
  train: { index: 0, name: "candidate-0", graphSha256: digest, metrics: {} },
  narrow: {
    ...{ round: { number: 1, candidates: [] }, finalists: [], trainMs: [1, 1] },
    done: true,
  },
  evaluate: {
    ...{ passed: true, reasons: [], candidate: { index: 0, name: "candidate-0" } },
    ...{ metrics: {}, champion: 2, reportKey: "report.json" },
  },
  register: { version: 3, status: "registered" },
  promote: { alias: "champion", from: 2, to: 3 },
  "end-run": { status: "succeeded" },
  "check-drift": {
    ...{ verdict: "drifted", version: 3, predictions: 900, drifted: ["distance"] },
    reportKey: "report.json",
  },
};

/** Runs a state machine whose functions are tasks; gives their whole log and the alerts. */
async function follow(machine: string, broken: Readonly<Record<string, Handler>> = {}) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const alerts: Alert[] = [];
  const notify = makeNotify({
    alerts: { send: async (alert) => void alerts.push(alert) },
    store: { get: async () => new Uint8Array() },
    runbooks: "docs/runbooks/",
  });
  let ms = 0;
  let requests = 0;
  const asl = await readFile(resolve(`state-machines/${machine}.asl.json`), "utf8");
  const stateMachine = localStateMachine(asl, (name, input) => {
    const answer: Handler = name === "notify" ? notify : async () => ANSWERS[name] ?? {};
    requests += 1;
    return task(name, broken[name] ?? answer, {
      log: (line) => lines.push({ ...line }),
      clock: () => 0,
      stopwatch: () => {
        ms += 1;
        return ms;
      },
    })(input, { awsRequestId: `request-${requests}` });
  });
  const input = { model: "m", reason: "r", requestedBy: "me" };
  await stateMachine.run(input, { name: RUN_ID, retryDelayMs: 0 }).catch(() => "it failed");
  const functions = new Set(lines.map((line) => line.function));
  return { lines, alerts, functions };
}

describe("a run, followed by its id", () => {
  it("is found in every line of every function, and in the alert about it", async () => {
    const { lines, alerts, functions } = await follow("training");

    expect([...functions].toSorted()).toEqual([
      ...["end-run", "evaluate", "narrow", "notify", "prepare", "promote", "register"],
      ...["start-run", "train"],
    ]);
    expect(lines.filter((line) => line.runId !== RUN_ID || line.model !== "m")).toEqual([]);
    expect(lines.filter(({ outcome }) => outcome === "succeeded")).toHaveLength(10);
    const trained = lines.filter((line) => line.function === "train");
    expect(new Set(trained.map(({ candidate }) => candidate))).toEqual(new Set([0, 1]));
    expect(alerts).toMatchObject([{ severity: "info", runId: RUN_ID }]);
  });

  it("is found where it failed, and the alert names the runbook", async () => {
    const prepare: Handler = async () => {
      throw new InvalidInputError("source is empty");
    };

    const { lines, alerts } = await follow("training", { prepare });

    expect(lines.filter((line) => line.runId !== RUN_ID)).toEqual([]);
    expect(lines.filter(({ level }) => level === "error")).toMatchObject([
      { function: "prepare", error: "InvalidInputError", message: "source is empty" },
    ]);
    expect(alerts).toEqual([
      {
        severity: "critical",
        model: "m",
        subject: `m: training run ${RUN_ID} failed`,
        detail: "InvalidInputError: source is empty",
        runId: RUN_ID,
        runbook: "docs/runbooks/failed-run.md",
      },
    ]);
  });

  it("is found by the execution's name where monitoring found a drift, or failed", async () => {
    const drifted = await follow("monitoring");
    const failed = await follow("monitoring", {
      "check-drift": async () => {
        throw new InvalidInputError("no baseline");
      },
    });

    for (const { lines } of [drifted, failed]) {
      expect(lines.length).toBeGreaterThan(2);
      expect(lines.filter((line) => line.runId !== RUN_ID || line.model !== "m")).toEqual([]);
    }
    expect(drifted.alerts).toMatchObject([
      { severity: "warning", runId: RUN_ID, runbook: "docs/runbooks/drift.md" },
    ]);
    expect(failed.alerts).toMatchObject([
      { severity: "critical", runId: RUN_ID, runbook: "docs/runbooks/failed-run.md" },
    ]);
  });
});
