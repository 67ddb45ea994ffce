import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AccessTokens } from "../../../core/access/access-token.ts";
import { NotFoundError } from "../../../core/errors.ts";
import type { RunRecord } from "../../../core/registry/records.ts";
import type { Registry } from "../../../core/registry/registry.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { controlApi } from "../../../local/control-api.ts";
import type { ControlApiDeps } from "../../../local/control-call.ts";
import { Executions } from "../../../local/executions.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { answerJson, listen, type RunningServer } from "../../../local/http-server.ts";
import { statusWith } from "../../fixtures/e2e/http.ts";
import { REPORT as FINISHED } from "../functions/finished-run.ts";

const DIGEST = "a".repeat(64);
const RECORD = {
  model: "m",
  owner: "o",
  description: "d",
  definitionDigest: DIGEST,
  updatedAt: "2026-01-01T00:00:00.000Z",
};

const LEADERBOARD = [
  {
    ...{ index: 0, name: "boosting", family: "gradient-boosting", parameters: {}, round: 0 },
    ...{ rowShare: 1, metric: "rocAuc", validation: 0.7, test: null, durationMs: 5 },
    ...{ costUsd: 0.001, chosen: true },
  },
];
const REPORT = { ...FINISHED, leaderboard: LEADERBOARD };

/** A registry with one model that was never trained. */
const registry = {
  models: async () => [RECORD],
  aliases: async () => [],
  model: async (model: string) => {
    if (!["m", "tried"].includes(model)) throw new NotFoundError(`there is no model ${model}`);
    return RECORD;
  },
  run: async (_model: string, runId: string) => {
    if (["evaluated", "broken", "begun"].includes(runId)) return { runId } as RunRecord;
    throw new NotFoundError(`there is no run ${runId}`);
  },
} satisfies Partial<Registry> as unknown as Registry;

let folder: string;
let server: RunningServer;
let executions: Executions;
const promoted: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-control-"));
  const store = fileObjectStore(folder);
  await store.put(storageKeys.definition("m", DIGEST), '{"name":"m"}');
  await store.put(storageKeys.runReport("tried", "evaluated"), JSON.stringify(REPORT));
  await store.put(storageKeys.runReport("tried", "broken"), "{}");
  let names = 0;
  executions = new Executions({
    // functions that never end
    invoke: () => new Promise(() => {}),
    clock: () => 0,
    newName: () => `e${++names}`,
    log: () => {},
  });
  const deps: ControlApiDeps = {
    home: "/srv/millrace",
    registry,
    tokens: { list: async () => [] } as Partial<AccessTokens> as AccessTokens,
    store,
    executions,
    backfill: async () => ({}),
    deployment: { route: async () => ({}), rollback: async () => ({}) },
    promote: async (input) => promoted.push(input),
    recentAlerts: async () => [
      { at: RECORD.updatedAt, severity: "info", model: "m", subject: "s", detail: "d" },
    ],
  };
  server = await listen(
    0,
    async (request, response) => {
      const { status, body } = await controlApi(deps, request);
      answerJson(response, status, body);
    },
    () => {},
  );
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { status: response.status, body: (await response.json()) as unknown };
}

describe("controlApi", () => {
  it("gives what the console shows: the definition, the last alerts", async () => {
    expect(await ask("/api/models/m/definition")).toEqual({ status: 200, body: { name: "m" } });
    expect(await ask(`/api/models/m/definition?digest=${DIGEST}`)).toMatchObject({ status: 200 });
    expect(await ask("/api/alerts")).toMatchObject({ status: 200, body: [{ subject: "s" }] });
  });

  it("says where the platform keeps everything", async () => {
    expect(await ask("/api/platform")).toEqual({ status: 200, body: { home: "/srv/millrace" } });
  });

  it("tells what a model keeps, and that no check of it was timed", async () => {
    expect(await ask("/api/models/m/usage")).toEqual({
      status: 200,
      body: {
        objects: { definitions: { objects: 1, bytes: 12 } },
        predictions: null,
        check: null,
      },
    });
    expect(await ask("/api/models/other/usage")).toMatchObject({ status: 404 });
  });

  it("tells the candidates of a run, none before it was evaluated", async () => {
    const boardOf = (runId: string) => ask(`/api/models/tried/runs/${runId}/leaderboard`);

    expect(await boardOf("evaluated")).toEqual({ status: 200, body: LEADERBOARD });
    expect(await boardOf("begun")).toEqual({ status: 200, body: [] });
    expect(await boardOf("broken")).toMatchObject({ status: 503 });
    expect(await boardOf("nobody")).toMatchObject({ status: 404 });
    expect(await boardOf("r".repeat(600))).toMatchObject({ status: 404 });
  });

  it("tells what the evaluation of a run found, null before it was evaluated", async () => {
    const reportOf = (runId: string) => ask(`/api/models/tried/runs/${runId}/report`);

    const { status, body } = await reportOf("evaluated");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      candidate: REPORT.candidate,
      intervals: {},
      leaderboard: LEADERBOARD,
    });
    expect(await reportOf("begun")).toEqual({ status: 200, body: null });
    expect(await reportOf("broken")).toMatchObject({ status: 503 });
    expect(await reportOf("nobody")).toMatchObject({ status: 404 });
    expect(await reportOf("r".repeat(600))).toMatchObject({ status: 404 });
  });

  it("fails on what is not there, and on a digest that is none", async () => {
    expect(await ask("/api/models/m/reports/drift")).toMatchObject({ status: 404 });
    expect(await ask("/api/models/other/reports/drift")).toMatchObject({ status: 404 });
    expect(await ask("/api/models/m/definition?digest=..")).toMatchObject({ status: 400 });
    expect(await ask("/api/models/m/nothing")).toMatchObject({ status: 404 });
  });

  it("tells in the list of models which of them something runs for", async () => {
    expect((await ask("/api/models")).body).toMatchObject([{ model: "m", running: [] }]);
    executions.start("monitoring", { model: "m" });
    executions.start("training", { model: "other" });

    const { body } = await ask("/api/models");

    expect(body).toMatchObject([{ running: [{ machine: "monitoring", name: "e1" }] }]);
  });

  it("hands on where the alias must still be, null for nowhere", async () => {
    const move = (expected: unknown) =>
      ask("/api/models/m/aliases/champion", {
        method: "PUT",
        body: JSON.stringify({ version: 2, why: "better", expected }),
      });

    expect((await move(1)).status).toBe(200);
    expect((await move(null)).status).toBe(200);
    expect((await move("1")).status).toBe(400);
    expect(promoted).toMatchObject([{ expected: 1 }, { expected: null }]);
  });

  it("fails for a page of another site, also when it is reached by another name", async () => {
    const headers = { origin: "https://elsewhere.example" };

    expect(await ask("/api/alerts", { headers })).toMatchObject({ status: 403 });
    const url = `http://127.0.0.1:${server.port}/api/alerts`;
    expect(await statusWith(url, { host: "elsewhere.example" })).toBe(403);
    expect(await statusWith(url, { host: "localhost:4700" })).toBe(200);
  });

  it("does not show a run as one of another model", async () => {
    const { name } = executions.start("training", { model: "third" });

    expect(await ask(`/api/models/m/runs/${name}`)).toMatchObject({ status: 404 });
  });
});
