import { describe, expect, it } from "vitest";
import { InvalidInputError, NotFoundError, UnavailableError } from "../../../core/errors.ts";
import type { StartOutcome } from "../../../core/ports/executions.ts";
import type { RunRecord } from "../../../core/registry/records.ts";
import type { NoticeNewDataDeps } from "../../../core/sources/notice-new-data.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler } from "../../../functions/notice-new-data/handler.ts";
import { offersDefinition } from "../dataset/shop-rows.ts";

const NOW = "2026-03-01T12:00:00.000Z";
const DIGEST = "d".repeat(64);

type Run = Pick<RunRecord, "runId" | "status" | "startedAt">;

interface World {
  /** Runs of each model, newest first. */
  readonly runs: Record<string, readonly Run[]>;
  /** By the name of an execution. */
  readonly executions: Map<string, { input: object; outcome: StartOutcome }>;
  readonly lines: object[];
  readonly broken: Set<string>;
}

/** Three models of a source prefix; `quiet` asks for nothing. */
function world() {
  const it: World = { runs: {}, executions: new Map(), lines: [], broken: new Set() };
  const definition = (model: string) => {
    const { definition } = offersDefinition({
      source: {
        ...{ format: "parquet", files: [], prefix: "days/" },
        ...(model !== "quiet" && { newData: "start-run" as const }),
      },
    });
    return { definition: { ...definition, name: model } };
  };
  const deps: NoticeNewDataDeps = {
    registry: {
      async model(model) {
        if (!["flight", "flight-delay", "quiet"].includes(model)) throw new NotFoundError("no");
        const described = { owner: "o", description: "d", updatedAt: NOW };
        return { model, definitionDigest: DIGEST, ...described };
      },
      runs: async (model) => {
        if (it.broken.has(model)) throw new UnavailableError(`${model} is not available`);
        return (it.runs[model] ?? []) as readonly RunRecord[];
      },
    },
    loadDefinition: async (model) => definition(model),
    async startTraining(name, input) {
      const known = it.executions.get(name);
      if (known) return known.outcome;
      it.executions.set(name, { input, outcome: "running" });
      return "running";
    },
    sha256,
    clock: () => Date.parse(NOW),
    log: (line) => it.lines.push(line),
  };
  const handler = makeHandler(deps);
  /** Ids of the messages that are given back. */
  const tell = async (...bodies: readonly string[]) => {
    const Records = bodies.map((body, index) => ({ messageId: String(index), body }));
    const { batchItemFailures } = await handler({ Records });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const started = () => [...it.executions.values()].map(({ input }) => input);
  return { it, deps, tell, started };
}

/** The event as S3 sends it. */
const created = (key: string, time = "2026-03-01T11:00:00Z") =>
  JSON.stringify({
    ...{ version: "0", id: "1", "detail-type": "Object Created", source: "aws.s3", time },
    ...{ account: "111122223333", region: "eu-west-1", resources: ["arn:aws:s3:::objects"] },
    detail: {
      ...{ version: "0", bucket: { name: "objects" }, reason: "PutObject", requester: "1" },
      object: { key, size: 5, etag: "e", "version-id": "v", sequencer: "0" },
    },
  });

const run = (model: string) => ({ model, reason: "new-data", requestedBy: "new-data" });

describe("notice-new-data", () => {
  it("starts one run for all files of one upload, by a name that an execution may have", async () => {
    const { it, tell, started } = world();
    const files = Array.from({ length: 200 }, (_, i) => created(`sources/flight/days/${i}.csv`));

    expect(await tell(...files)).toEqual([]);

    expect(started()).toEqual([run("flight")]);
    expect([...it.executions.keys()]).toEqual([expect.stringMatching(/^new-data-[0-9a-f]{32}$/)]);
  });

  it("starts none again for what it is told twice, before the run is recorded and after it", async () => {
    const { it, tell, started } = world();
    const file = created("sources/flight/days/1.csv");
    await tell(file, file);
    await tell(file);
    expect(started()).toHaveLength(1);

    it.runs.flight = [{ runId: "r1", status: "running", startedAt: "2026-03-01T11:05:00.000Z" }];
    expect(await tell(file)).toEqual([]);
    it.runs.flight = [{ runId: "r1", status: "failed", startedAt: "2026-03-01T11:05:00.000Z" }];
    expect(await tell(file)).toEqual([]);

    expect(started()).toHaveLength(1);
  });

  it("keeps the newest notice while a run is under way, and starts a run after it", async () => {
    const { it, tell, started } = world();
    const startedAt = "2026-03-01T10:00:00.000Z";
    it.runs.flight = [{ runId: "r1", status: "running", startedAt }];
    const files = ["11:00:01", "11:00:03", "11:00:02"].map((time, index) =>
      created(`sources/flight/days/${index}.csv`, `2026-03-01T${time}Z`),
    );
    expect(await tell(...files)).toEqual(["1"]);
    expect(started()).toEqual([]);
    expect(it.lines).toMatchObject([{ newData: "flight", files: 3, step: "wait", runId: "r1" }]);

    it.runs.flight = [{ runId: "r1", status: "succeeded", startedAt }];
    expect(await tell(files[1] ?? "")).toEqual([]);

    expect(started()).toEqual([run("flight")]);
  });

  it("keeps models apart whose names begin alike", async () => {
    const { tell, started } = world();
    await tell(created("sources/flight-delay/days/1.csv"));

    expect(started()).toEqual([run("flight-delay")]);
  });

  it("takes keys as they are stored", async () => {
    const { it, tell } = world();
    const key = "sources/flight/days/a+b%2Fc é 🛫.csv";
    await tell(created(key));

    expect(it.lines).toMatchObject([{ newest: key, step: "start" }]);
  });

  it.each([
    ["of a model that asks for nothing", "sources/quiet/days/1.csv"],
    ["of a model that nobody deployed", "sources/unknown/days/1.csv"],
    ["that no run reads", "sources/flight/other/1.csv"],
    ["that are no rows", "sources/flight/days/_SUCCESS"],
    ["that Millrace writes", "runs/flight/r1/report.json"],
    ["that Millrace writes", "datasets/flight/d/manifest.json"],
    ["that Millrace writes", "streams/flight/events/date=2026-01-01/hour=00/a.parquet"],
  ])("starts nothing for files %s", async (_which, key) => {
    const { tell, started } = world();

    expect(await tell(created(key))).toEqual([]);
    expect(started()).toEqual([]);
  });

  it("starts a run for new data where the one before failed before it was recorded", async () => {
    const { it, tell, started } = world();
    const first = created("sources/flight/days/1.csv");
    await tell(first);
    for (const execution of it.executions.values()) execution.outcome = "ended";
    await tell(first);
    for (const execution of it.executions.values()) execution.outcome = "ended";
    expect(await tell(first)).toEqual([]);
    expect(started()).toHaveLength(2);
    expect(it.lines).toContainEqual(expect.objectContaining({ level: "warn", newData: "flight" }));

    await tell(created("sources/flight/days/2.csv", "2026-03-01T11:30:00Z"));

    expect(started()).toHaveLength(3);
  });

  it.each([
    ["no JSON", "created"],
    ["another event", JSON.stringify({ Event: "s3:TestEvent", Time: NOW })],
    ["no time", JSON.stringify({ time: "now", detail: { object: { key: "sources/a/b" } } })],
  ])("gives back %s, says why, and deals with the others", async (_what, body) => {
    const { it, tell, started } = world();

    expect(await tell(body, created("sources/flight/days/1.csv"))).toEqual(["0"]);
    expect(started()).toEqual([run("flight")]);
    expect(it.lines).toContainEqual(expect.objectContaining({ level: "error", messageId: "0" }));
  });

  it("fails by one model's trouble after all others have their runs", async () => {
    const { it, deps, tell, started } = world();
    it.broken.add("flight");
    const files = ["flight", "flight-delay"].map((model) => created(`sources/${model}/days/1.csv`));

    await expect(tell(...files)).rejects.toThrow(UnavailableError);
    expect(started()).toEqual([run("flight-delay")]);

    const lost = makeHandler({
      ...deps,
      loadDefinition: () => Promise.reject(new NotFoundError("definition is gone")),
    });
    const Records = [{ messageId: "0", body: created("sources/flight/days/1.csv") }];
    await expect(lost({ Records })).rejects.toThrow("definition is gone");
    const unreadable = makeHandler({
      ...deps,
      registry: { ...deps.registry, model: () => Promise.reject(new InvalidInputError("no")) },
    });
    await expect(unreadable({ Records })).rejects.toThrow(InvalidInputError);
  });
});
