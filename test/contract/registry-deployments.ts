import { describe, expect, it } from "vitest";
import { ConflictError, NotFoundError } from "../../core/errors.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { NO_ROUTING, type Routing } from "../../core/routing/deployment.ts";
import type { RegistryUnderTest } from "./registry.ts";

const CHANGE = { by: "ada", why: "a test" };
const MODEL = "flights";
const CHALLENGED: Routing = {
  challengers: [{ version: 2, share: 0.1, slots: [[0, 1_000]], since: "2026-01-01T00:00:00.000Z" }],
  shadows: [3],
  canary: {
    ...{ version: 4, share: 0.01, step: 0, rollout: "e1" },
    startedAt: "2026-01-01T00:00:00.000Z",
    since: "2026-01-01T00:00:00.000Z",
  },
};

/** What every `Registry` must do with deployments. */
export function deploymentContract(name: string, make: () => Promise<RegistryUnderTest>): void {
  describe(`deployments of Registry: ${name}`, () => {
    it("are empty where nothing was ever promoted or routed, known or not", async () => {
      const { registry } = await make();

      expect(await registry.deployment("nobody")).toEqual({
        ...NO_ROUTING,
        model: "nobody",
        revision: 0,
      });
    });

    it("hold the champion and what was routed, with one event a change", async () => {
      const { registry } = await withVersions(await make());
      const now = await registry.deployment(MODEL);

      const changed = await registry.changeDeployment({ now, routing: CHALLENGED }, CHANGE);

      expect(changed).toEqual({ ...CHALLENGED, model: MODEL, champion: 1, revision: 1 });
      expect(await registry.deployment(MODEL)).toEqual(changed);
      expect(await registry.events(MODEL, 1)).toMatchObject([
        {
          ...{ kind: "deployment-changed", ...CHANGE, subject: "revision 1" },
          from: "champion alone",
          to: "canary 4: 1%, challenger 2: 10%, shadow 3",
        },
      ]);
      expect(await registry.aliases(MODEL)).toMatchObject([{ alias: "champion", version: 1 }]);
    });

    it("move the champion in the same change", async () => {
      const { registry } = await withVersions(await make());
      const now = await registry.deployment(MODEL);

      const changed = await registry.changeDeployment(
        { now, routing: { challengers: CHALLENGED.challengers, shadows: [] }, champion: 4 },
        CHANGE,
      );

      expect(changed).toMatchObject({ champion: 4, revision: 1 });
      expect(await registry.deployment(MODEL)).toEqual(changed);
      expect((await registry.events(MODEL, 2)).map(({ kind }) => kind).toSorted()).toEqual([
        "alias-moved",
        "deployment-changed",
      ]);
    });

    it("change nothing where nothing changes", async () => {
      const { registry } = await withVersions(await make());
      const now = await registry.deployment(MODEL);
      const changed = await registry.changeDeployment({ now, routing: CHALLENGED }, CHANGE);
      const events = await registry.events(MODEL);

      const again = await registry.changeDeployment({ now: changed, routing: CHALLENGED }, CHANGE);

      expect(again).toEqual(changed);
      expect(await registry.events(MODEL)).toEqual(events);
    });

    it("are changed by one of many that read the same", async () => {
      const { registry } = await withVersions(await make());
      const now = await registry.deployment(MODEL);

      const changes = await Promise.allSettled(
        [2, 3, 4].map((version) =>
          registry.changeDeployment(
            { now, routing: { challengers: [], shadows: [version] } },
            CHANGE,
          ),
        ),
      );

      expect(changes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await registry.deployment(MODEL)).toMatchObject({ revision: 1 });
    });

    it("fails where the champion was moved meanwhile, on rejected and on unknown versions", async () => {
      const { registry } = await withVersions(await make());
      const now = await registry.deployment(MODEL);
      const shadowed = (version: number, of = now) =>
        registry.changeDeployment(
          { now: of, routing: { ...NO_ROUTING, shadows: [version] } },
          CHANGE,
        );

      await expect(shadowed(5)).rejects.toThrow(ConflictError);
      await expect(shadowed(9)).rejects.toThrow(NotFoundError);
      await registry.moveAlias({ model: MODEL, alias: "champion", version: 2 }, CHANGE);
      await expect(shadowed(3)).rejects.toThrow(ConflictError);
      expect(await registry.deployment(MODEL)).toMatchObject({ revision: 0, champion: 2 });
    });
  });
}

/** Versions 1 to 4 passed and 5 was rejected; 1 is champion. */
async function withVersions(made: RegistryUnderTest): Promise<{ readonly registry: Registry }> {
  const { registry } = made;
  await registry.deployDefinition(
    { model: MODEL, owner: "o", description: "d", definitionDigest: "d1" },
    CHANGE,
  );
  for (const number of [1, 2, 3, 4, 5]) {
    const ids = { model: MODEL, runId: `r${number}`, definitionDigest: "d1" };
    await registry.startRun({ ...ids, reason: "r", requestedBy: "ada" });
    await registry.reserveVersion(MODEL, ids.runId);
    await registry.registerVersion(
      {
        ...ids,
        status: number === 5 ? "rejected" : "registered",
        reasons: [],
        datasetDigest: "data",
        manifestSha256: `m${number}`,
        gitCommit: "c",
        candidate: "c",
        family: "gradient-boosting",
        parameters: {},
        metrics: {},
      },
      CHANGE,
    );
  }
  await registry.moveAlias({ model: MODEL, alias: "champion", version: 1 }, CHANGE);
  return made;
}
