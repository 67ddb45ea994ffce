import { describe, expect, it } from "vitest";
import { ConflictError, InvalidInputError, NotFoundError } from "../../core/errors.ts";
import type { VersionStatus } from "../../core/registry/records.ts";
import type { NewVersion, Registry } from "../../core/registry/registry.ts";

const CHANGE = { by: "ada", why: "a test" };

/** A registry on an empty store, and the clock that it reads. */
export interface RegistryUnderTest {
  readonly registry: Registry;
  readonly setTime: (iso: string) => void;
}

/** What every `Registry` must do. Each adapter's test file is one call of this. */
export function registryContract(name: string, make: () => Promise<RegistryUnderTest>): void {
  describe(`Registry: ${name}`, () => {
    describe("definitions", () => {
      it("are listed by model, each with the digest that was deployed last", async () => {
        const { registry } = await make();
        await registry.deployDefinition(definition({ model: "churn" }), CHANGE);
        await registry.deployDefinition(definition(), CHANGE);
        await registry.deployDefinition(definition({ definitionDigest: "d2" }), CHANGE);

        expect(await registry.models()).toMatchObject([
          { model: "churn", definitionDigest: "d1" },
          { model: "flights", definitionDigest: "d2" },
        ]);
        expect(await registry.model("flights")).toEqual(
          (await registry.models()).find(({ model }) => model === "flights"),
        );
        expect(await registry.events("flights")).toMatchObject([
          { kind: "definition-deployed", from: "d1", to: "d2", ...CHANGE },
          { kind: "definition-deployed", to: "d1" },
        ]);
      });

      it("change nothing when the current one is deployed again", async () => {
        const { registry, setTime } = await make();
        await registry.deployDefinition(definition(), CHANGE);
        const before = await registry.model("flights");

        setTime("2026-01-02T00:00:00.000Z");
        await registry.deployDefinition(definition(), CHANGE);

        expect(await registry.model("flights")).toEqual(before);
        expect(await registry.events("flights")).toHaveLength(1);
      });

      it("keep the counter of versions", async () => {
        const { registry } = await make();
        await registered(registry, "r1");

        await registry.deployDefinition(definition({ definitionDigest: "d2" }), CHANGE);

        expect(await reserved(registry, "r2")).toBe(2);
      });

      it("fails on a model that nobody deployed", async () => {
        const { registry } = await make();
        await expect(registry.model("nobody")).rejects.toThrow(NotFoundError);
      });
    });

    describe("runs", () => {
      it("start once, however often they are told to", async () => {
        const { registry, setTime } = await make();
        await registry.deployDefinition(definition(), CHANGE);
        const first = await registry.startRun(run("r1"));

        setTime("2026-01-02T00:00:00.000Z");

        expect(await registry.startRun(run("r1"))).toEqual(first);
        expect(await registry.run("flights", "r1")).toEqual(first);
        expect(await kinds(registry)).toEqual(["run-started", "definition-deployed"]);
      });

      it("end once, with their outcome", async () => {
        const { registry } = await make();
        await started(registry, "r1");
        const error = { name: "DataContractError", message: "no rows" };

        const ended = await registry.endRun("flights", "r1", { status: "failed", error }, CHANGE);
        const again = await registry.endRun("flights", "r1", { status: "failed" }, CHANGE);

        expect(ended).toMatchObject({ status: "failed", error, reason: "schedule" });
        expect(again).toEqual(ended);
        expect(await kinds(registry)).toEqual(["run-ended", "run-started", "definition-deployed"]);
      });

      it("keep how long their tasks took, if they are told", async () => {
        const { registry } = await make();
        await started(registry, "timed");
        await started(registry, "untimed");
        const durations = {
          prepareMs: 2_500,
          trainMs: [13_100, 900],
          evaluateMs: 4_000,
          registerMs: 80,
        };

        await registry.endRun("flights", "timed", { status: "succeeded", durations }, CHANGE);
        await registry.endRun("flights", "untimed", { status: "succeeded" }, CHANGE);

        expect((await registry.run("flights", "timed")).durations).toEqual(durations);
        expect(await registry.run("flights", "untimed")).not.toHaveProperty("durations");
      });

      it("are listed newest first", async () => {
        const { registry, setTime } = await make();
        await registry.deployDefinition(definition(), CHANGE);
        await registry.startRun(run("b"));
        setTime("2026-01-02T00:00:00.000Z");
        await registry.startRun(run("a"));

        const runs = await registry.runs("flights");

        expect(runs.map(({ runId }) => runId)).toEqual(["a", "b"]);
      });

      it("fails to start one of an unknown model, or one that has ended", async () => {
        const { registry } = await make();
        await expect(registry.startRun(run("r1"))).rejects.toThrow(NotFoundError);

        await started(registry, "r1");
        await registry.endRun("flights", "r1", { status: "rejected" }, CHANGE);
        await expect(registry.startRun(run("r1"))).rejects.toThrow(ConflictError);
      });

      it("fails to end one that is unknown or ended otherwise", async () => {
        const { registry } = await make();
        await started(registry, "r1");
        await registry.endRun("flights", "r1", { status: "succeeded" }, CHANGE);

        const fail = (id: string) => registry.endRun("flights", id, { status: "failed" }, CHANGE);

        await expect(fail("r2")).rejects.toThrow(NotFoundError);
        await expect(fail("r1")).rejects.toThrow(ConflictError);
        expect((await registry.run("flights", "r1")).status).toBe("succeeded");
      });
    });

    describe("versions", () => {
      it("are numbered 1 to 20 when 20 runs register at once", async () => {
        const { registry } = await make();
        await registry.deployDefinition(definition(), CHANGE);
        const ids = Array.from({ length: 20 }, (_, i) => `run-${i}`);

        const registering = ids.map(async (id) => {
          await registry.startRun(run(id));
          await registry.reserveVersion("flights", id);
          return registry.registerVersion(version(id), CHANGE);
        });
        const numbers = (await Promise.all(registering)).map((record) => record.version);

        const wanted = Array.from({ length: 20 }, (_, i) => i + 1);
        expect(numbers.toSorted((a, b) => a - b)).toEqual(wanted);
        const listed = await registry.versions("flights");
        expect(listed.map((record) => record.version)).toEqual(wanted.toReversed());
        const events = await registry.events("flights", 1_000);
        expect(events.filter(({ kind }) => kind === "version-registered")).toHaveLength(20);
        expect(events).toHaveLength(1 + 3 * 20);
      });

      it("get one number when one run asks many times at once", async () => {
        const { registry } = await make();
        await started(registry, "r1");

        const asking = Array.from({ length: 8 }, () => registry.reserveVersion("flights", "r1"));

        expect(new Set(await Promise.all(asking))).toEqual(new Set([1]));
        expect(await reserved(registry, "r2")).toBe(2);
      });

      it("never take a number that an abandoned run reserved", async () => {
        const { registry } = await make();
        await reserved(registry, "lost");
        await registry.endRun("flights", "lost", { status: "failed" }, CHANGE);

        const record = await registered(registry, "r2");

        expect(record.version).toBe(2);
        await expect(registry.version("flights", 1)).rejects.toThrow(NotFoundError);
      });

      it("are registered once, however often a run repeats it", async () => {
        const { registry, setTime } = await make();
        const first = await registered(registry, "r1");
        const before = await registry.events("flights");

        setTime("2026-01-02T00:00:00.000Z");
        const again = await registry.registerVersion(version("r1"), CHANGE);

        expect(again).toEqual(first);
        expect(await registry.version("flights", 1)).toEqual(first);
        expect(await registry.events("flights")).toEqual(before);
      });

      it("lead to everything they were made from", async () => {
        const { registry } = await make();

        const record = await registered(registry, "r1");

        expect(record).toEqual({
          ...version("r1"),
          version: 1,
          createdAt: "2026-01-01T00:00:00.000Z",
          createdBy: "ada",
        });
      });

      it("fails without a reserved number, or to change what is registered", async () => {
        const { registry } = await make();
        await started(registry, "r1");
        await expect(registry.registerVersion(version("r1"), CHANGE)).rejects.toThrow(
          ConflictError,
        );
        await expect(registry.reserveVersion("flights", "r2")).rejects.toThrow(NotFoundError);

        await registered(registry, "r1");
        const other = { ...version("r1"), manifestSha256: "other" };
        await expect(registry.registerVersion(other, CHANGE)).rejects.toThrow(ConflictError);
      });
    });

    describe("aliases", () => {
      it("move, with an event that says from where to where", async () => {
        const { registry } = await make();
        await registered(registry, "r1");
        await registered(registry, "r2");

        expect(await move(registry, 1)).toEqual({ to: 1 });
        expect(await move(registry, 2)).toEqual({ from: 1, to: 2 });

        expect(await registry.aliases("flights")).toMatchObject([
          { alias: "champion", version: 2, by: "ada" },
        ]);
        expect((await registry.events("flights")).slice(0, 1)).toMatchObject([
          { kind: "alias-moved", subject: "champion", from: "1", to: "2", ...CHANGE },
        ]);
      });

      it("stay, without an event, when moved to where they are", async () => {
        const { registry, setTime } = await make();
        await registered(registry, "r1");
        await move(registry, 1);
        const before = [await registry.aliases("flights"), await registry.events("flights")];

        setTime("2026-01-02T00:00:00.000Z");

        expect(await move(registry, 1)).toEqual({ from: 1, to: 1 });
        expect(await move(registry, 1, null)).toEqual({ from: 1, to: 1 });
        expect([await registry.aliases("flights"), await registry.events("flights")]).toEqual(
          before,
        );
      });

      it("tell where they were at any instant, from their events", async () => {
        const { registry, setTime } = await make();
        await registered(registry, "r1");
        await registered(registry, "r2");
        setTime("2026-02-01T00:00:00.000Z");
        await move(registry, 1);
        await registry.moveAlias({ model: "flights", alias: "shadow", version: 2 }, CHANGE);
        setTime("2026-03-01T00:00:00.000Z");
        await move(registry, 2);
        const champion = (at: string) => registry.aliasAt("flights", "champion", at);

        expect(await champion("2026-01-31T23:59:59.999Z")).toBeUndefined();
        expect(await champion("2026-02-01T00:00:00Z")).toBe(1);
        expect(await champion("2026-02-01T01:00:00+01:00")).toBe(1);
        expect(await champion("2026-02-28T23:59:59.999Z")).toBe(1);
        expect(await champion("2026-03-01T00:00:00.000Z")).toBe(2);
        expect(await champion("2030-01-01T00:00:00Z")).toBe(2);
      });

      it("keep the order of their moves when the clock stands still or goes back", async () => {
        const { registry, setTime } = await make();
        for (const id of ["r1", "r2", "r3"]) await registered(registry, id);
        await move(registry, 1);
        await move(registry, 2);
        setTime("2025-12-31T00:00:00.000Z");
        await move(registry, 3);
        const champion = (at: string) => registry.aliasAt("flights", "champion", at);

        expect(await champion("2026-01-01T00:00:00.000Z")).toBe(1);
        expect(await champion("2026-01-01T00:00:00.001Z")).toBe(2);
        expect(await champion("2026-01-01T00:00:00.002Z")).toBe(3);
      });

      it("are moved by one of many that expect the same", async () => {
        const { registry } = await make();
        for (const id of ["r1", "r2", "r3", "r4"]) await registered(registry, id);
        await move(registry, 1);

        const moves = await Promise.allSettled([2, 3, 4].map((to) => move(registry, to, 1)));

        expect(moves.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        const moved = (await registry.events("flights")).filter((e) => e.kind === "alias-moved");
        expect(moved).toHaveLength(2);
      });

      it("fails on a rejected version", async () => {
        const { registry } = await make();
        await registered(registry, "r1", "rejected");

        await expect(move(registry, 1)).rejects.toThrow(ConflictError);
        expect(await registry.aliases("flights")).toEqual([]);
        expect(await kinds(registry)).not.toContain("alias-moved");
      });

      it("fails on an unknown version and on an expectation that no longer holds", async () => {
        const { registry } = await make();
        await registered(registry, "r1");
        await registered(registry, "r2");
        await move(registry, 1, null);

        await expect(move(registry, 9)).rejects.toThrow(NotFoundError);
        await expect(move(registry, 2, null)).rejects.toThrow(ConflictError);
        await expect(move(registry, 2, 3)).rejects.toThrow(ConflictError);
        expect(await registry.aliases("flights")).toMatchObject([{ version: 1 }]);
      });
    });

    describe("streams", () => {
      it("are listed, each with the features of its latest definition and since when they are", async () => {
        const { registry, setTime } = await make();
        await registry.deployStream(stream({ rate: { owner: "ada" } }), CHANGE);
        setTime("2026-01-02T00:00:00.000Z");
        const changed = { ...stream({ rate: { owner: "bob" }, count: { owner: "bob" } }) };
        await registry.deployStream({ ...changed, definitionDigest: "d2" }, CHANGE);
        await registry.deployStream({ ...stream({}), stream: "cards" }, CHANGE);

        expect(await registry.streams()).toMatchObject([
          { stream: "cards" },
          { stream: "flights" },
        ]);
        expect(await registry.stream("flights")).toEqual({
          ...changed,
          definitionDigest: "d2",
          features: {
            rate: { owner: "bob", since: "2026-01-01T00:00:00.000Z" },
            count: { owner: "bob", since: "2026-01-02T00:00:00.000Z" },
          },
          updatedAt: "2026-01-02T00:00:00.000Z",
        });
        expect(await registry.streamChanges("flights")).toMatchObject([
          { kind: "stream-deployed", from: "d1", to: "d2", ...CHANGE },
          { kind: "stream-deployed", to: "d1", ...CHANGE },
        ]);
      });

      it("change nothing when the current definition is deployed again", async () => {
        const { registry, setTime } = await make();
        await registry.deployStream(stream({}), CHANGE);
        const before = [await registry.stream("flights"), await registry.streamChanges("flights")];

        setTime("2026-01-02T00:00:00.000Z");
        await registry.deployStream(stream({}), CHANGE);

        expect([await registry.stream("flights"), await registry.streamChanges("flights")]).toEqual(
          before,
        );
      });

      it("keep what was backfilled last, with the history of it", async () => {
        const { registry, setTime } = await make();
        await registry.deployStream(stream({}), CHANGE);
        const filled = {
          definitionDigest: "d1",
          completeFrom: "2025-12-01T00:00:00.000Z",
          events: 7,
        };
        await registry.recordBackfill("flights", filled, CHANGE);
        setTime("2026-01-02T00:00:00.000Z");
        const later = { ...filled, completeFrom: "2025-11-01T00:00:00.000Z", events: 9 };
        await registry.recordBackfill("flights", later, CHANGE);
        await registry.deployStream({ ...stream({}), definitionDigest: "d2" }, CHANGE);

        expect((await registry.stream("flights")).backfill).toEqual({
          ...later,
          at: "2026-01-02T00:00:00.000Z",
          by: "ada",
        });
        expect(await registry.streamChanges("flights")).toMatchObject([
          { kind: "stream-deployed", to: "d2" },
          { kind: "stream-backfilled", from: filled.completeFrom, to: later.completeFrom },
          { kind: "stream-backfilled", to: filled.completeFrom },
          { kind: "stream-deployed", to: "d1" },
        ]);
      });

      it("fails on a stream that nobody deployed", async () => {
        const { registry } = await make();
        const filled = {
          definitionDigest: "d1",
          completeFrom: "2025-12-01T00:00:00.000Z",
          events: 7,
        };

        await expect(registry.stream("nope")).rejects.toThrow(NotFoundError);
        await expect(registry.recordBackfill("nope", filled, CHANGE)).rejects.toThrow(
          NotFoundError,
        );
        expect(await registry.streams()).toEqual([]);
        expect(await registry.streamChanges("nope")).toEqual([]);
      });
    });

    describe("events", () => {
      it("tell the whole life of a version, newest first", async () => {
        const { registry } = await make();
        await registered(registry, "r1");
        await move(registry, 1);
        await registry.endRun("flights", "r1", { status: "succeeded" }, CHANGE);

        expect((await kinds(registry)).toSorted()).toEqual([
          "alias-moved",
          "definition-deployed",
          "run-ended",
          "run-started",
          "version-registered",
          "version-reserved",
        ]);
      });

      it("include what is only recorded, up to the number asked for", async () => {
        const { registry, setTime } = await make();
        for (const day of ["01", "02", "03"]) {
          setTime(`2026-01-${day}T00:00:00.000Z`);
          const subject = `report ${day}`;
          await registry.record({ model: "flights", kind: "drift-reported", subject, ...CHANGE });
        }

        const events = await registry.events("flights", 2);

        expect(events.map(({ subject }) => subject)).toEqual(["report 03", "report 02"]);
      });

      it("are recorded once where they carry their identity, however often they are repeated", async () => {
        const { registry, setTime } = await make();
        const event = {
          model: "flights",
          kind: "drift-reported",
          subject: "s",
          ...CHANGE,
        } as const;
        const identity = { id: "execution-1", at: "2026-01-01T01:00:00+01:00" };

        for (const day of ["02", "03"]) {
          setTime(`2026-01-${day}T00:00:00.000Z`);
          await registry.record({ ...event, why: `try of day ${day}` }, identity);
        }
        await registry.record(event, { ...identity, id: "execution-2" });

        expect(await registry.events("flights")).toEqual([
          { ...event, id: "execution-2", at: "2026-01-01T00:00:00.000Z" },
          { ...event, id: "execution-1", at: "2026-01-01T00:00:00.000Z", why: "try of day 02" },
        ]);
      });

      it("fails to record an identity without an instant", async () => {
        const { registry } = await make();
        const event = {
          model: "flights",
          kind: "drift-reported",
          subject: "s",
          ...CHANGE,
        } as const;

        await expect(registry.record(event, { id: "e1", at: "today" })).rejects.toThrow(
          InvalidInputError,
        );
      });
    });
  });
}

const definition = (parts: { model?: string; definitionDigest?: string } = {}) => ({
  model: "flights",
  owner: "network",
  description: "late or not",
  definitionDigest: "d1",
  ...parts,
});

const stream = (features: Readonly<Record<string, { readonly owner: string }>>) => ({
  stream: "flights",
  owner: "network",
  description: "departures",
  definitionDigest: "d1",
  features,
});

const run = (runId: string) => ({
  model: "flights",
  runId,
  reason: "schedule",
  requestedBy: "scheduler",
  definitionDigest: "d1",
});

const version = (runId: string, status: VersionStatus = "registered"): NewVersion => ({
  model: "flights",
  status,
  reasons: status === "rejected" ? ["rocAuc is 0.5, below 0.6"] : [],
  runId,
  datasetDigest: "data1",
  definitionDigest: "d1",
  manifestSha256: `manifest of ${runId}`,
  gitCommit: "abc",
  candidate: "boosting",
  family: "gradient-boosting",
  parameters: { trees: 100, learningRate: 0.1, nested: { on: true } },
  metrics: { rocAuc: 0.6381234567890123 },
});

async function started(registry: Registry, runId: string) {
  await registry.deployDefinition(definition(), CHANGE);
  return registry.startRun(run(runId));
}

async function reserved(registry: Registry, runId: string) {
  await started(registry, runId);
  return registry.reserveVersion("flights", runId);
}

async function registered(registry: Registry, runId: string, status?: VersionStatus) {
  await reserved(registry, runId);
  return registry.registerVersion(version(runId, status), CHANGE);
}

const move = (registry: Registry, to: number, expected?: number | null) =>
  registry.moveAlias(
    {
      model: "flights",
      alias: "champion",
      version: to,
      ...(expected !== undefined && { expected }),
    },
    CHANGE,
  );

const kinds = async (registry: Registry) =>
  (await registry.events("flights")).map(({ kind }) => kind);
