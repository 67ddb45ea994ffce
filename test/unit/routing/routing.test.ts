import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConflictError, InvalidInputError } from "../../../core/errors.ts";
import { championBefore } from "../../../core/routing/champion-before.ts";
import {
  underChampion,
  withBeside,
  withCanary,
  withoutCanary,
} from "../../../core/routing/change-routing.ts";
import { chooseVersion } from "../../../core/routing/choose-version.ts";
import { type Canary, type Deployment, versionsOf } from "../../../core/routing/deployment.ts";
import { routingText, sharesOf } from "../../../core/routing/deployment-text.ts";
import { hasSlot, SLOTS, type Slotted, slotsFor } from "../../../core/routing/slots.ts";

const CANARY: Canary = {
  ...{ version: 9, share: 0.1, step: 1, rollout: "e1" },
  ...{ startedAt: "2026-01-01T00:00:00Z", since: "2026-01-01T00:15:00Z" },
};

const AT = "2026-02-01T00:00:00.000Z";
const since = "2026-01-01T00:00:00.000Z";
const challenged = (wanted: readonly Pick<Slotted, "version" | "share">[]) =>
  slotsFor(wanted, []).map((slotted) => ({ ...slotted, since }));

const deployment = (parts: Partial<Deployment> = {}): Deployment => ({
  ...{ model: "flights", champion: 1, revision: 3, challengers: [], shadows: [] },
  ...parts,
});

const KEYS = Array.from({ length: 20_000 }, (_, i) => `customer-${i}`);

const counts = (of: Deployment) => {
  const found: Record<number, number> = {};
  for (const key of KEYS) {
    const version = chooseVersion(of, key)?.version ?? 1;
    found[version] = (found[version] ?? 0) + 1;
  }
  return found;
};

describe("slotsFor", () => {
  it("gives the lowest free slots, and takes back the last ones", () => {
    const first = slotsFor(
      [
        { version: 2, share: 0.1 },
        { version: 3, share: 0.00001 },
      ],
      [],
    );
    const grown = slotsFor(
      [
        { version: 2, share: 0.2 },
        { version: 3, share: 0.00001 },
      ],
      first,
    );
    const shrunk = slotsFor(
      [
        { version: 3, share: 0.00001 },
        { version: 2, share: 0.05 },
      ],
      grown,
    );

    expect(first.map(({ slots }) => slots)).toEqual([[[0, 1_000]], [[1_000, 1_001]]]);
    expect(grown[0]?.slots).toEqual([
      [0, 1_000],
      [1_001, 2_001],
    ]);
    expect(shrunk[1]?.slots).toEqual([[0, 500]]);
    expect(slotsFor([{ version: 2, share: 1 }], shrunk)[0]?.slots).toEqual([[0, SLOTS]]);
  });

  it("gives every version its share, and takes no slot from one that does not shrink", () => {
    const shares = fc.array(fc.integer({ min: 1, max: 3_300 }), { minLength: 3, maxLength: 3 });
    const wantedOf = (parts: readonly number[]) =>
      parts.map((part, i) => ({ version: i + 2, share: part / SLOTS }));
    fc.assert(
      fc.property(shares, shares, (before, after) => {
        const old = slotsFor(wantedOf(before), []);
        const now = slotsFor(wantedOf(after), old);
        const owner = (all: readonly Slotted[], slot: number) =>
          all.find(({ slots }) => hasSlot(slots, slot))?.version;
        const had = new Map<number, number>();
        for (let slot = 0; slot < SLOTS; slot += 1) {
          const [from, to] = [owner(old, slot), owner(now, slot)];
          if (to !== undefined) had.set(to, (had.get(to) ?? 0) + 1);
          // who did not shrink lost nothing
          const i = (from ?? 0) - 2;
          if (from !== undefined && (after[i] as number) >= (before[i] as number)) {
            expect(to).toBe(from);
          }
        }
        expect(after.map((_part, i) => had.get(i + 2))).toEqual(after);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["a share of nothing", [{ version: 2, share: 0 }]],
    ["a share of more than all", [{ version: 2, share: 1.1 }]],
    ["no number", [{ version: 2, share: Number.NaN }]],
    [
      "a version twice",
      [
        { version: 2, share: 0.1 },
        { version: 2, share: 0.1 },
      ],
    ],
    [
      "more than all together",
      [
        { version: 2, share: 0.6 },
        { version: 3, share: 0.5 },
      ],
    ],
  ])("fails on %s", (_name, wanted) => {
    expect(() => slotsFor(wanted, [])).toThrow(InvalidInputError);
  });
});

describe("chooseVersion", () => {
  const challengers = challenged([
    { version: 2, share: 0.1 },
    { version: 3, share: 0.25 },
  ]);

  it("gives each version its share of keys, the canary its share of what challengers leave", () => {
    const found = counts(deployment({ challengers, canary: CANARY }));

    // 20,000 keys: 2,000, 5,000, and 10% of the other 13,000; five standard deviations is 250
    expect(Math.abs((found[2] ?? 0) - 2_000)).toBeLessThan(220);
    expect(Math.abs((found[3] ?? 0) - 5_000)).toBeLessThan(310);
    expect(Math.abs((found[9] ?? 0) - 1_300)).toBeLessThan(180);
    expect(Object.keys(found)).toEqual(["1", "2", "3", "9"]);
  });

  it("is the same on every platform and for ever", () => {
    const all = deployment({ challengers, canary: { ...CANARY, share: 0.5 } });

    const keys = ["ada", "grace", "7", "", "ü", "customer-1"];
    const versions = keys.map((key) => chooseVersion(all, key)?.version ?? 1);
    expect(versions).toEqual([2, 1, 1, 9, 3, 9]);
  });

  it("never moves a key that has the canary while it grows, nor any key of a challenger", () => {
    const steps = [0.01, 0.1, 0.5, 1].map((share) =>
      deployment({ challengers, canary: { ...CANARY, share } }),
    );
    fc.assert(
      fc.property(fc.string(), (key) => {
        const versions = steps.map((step) => chooseVersion(step, key)?.version ?? 1);
        const first = versions.indexOf(9);
        const challenged = versions[0] === 2 || versions[0] === 3;
        if (challenged) expect(new Set(versions).size).toBe(1);
        else expect(versions.slice(first).every((version) => version === 9)).toBe(true);
      }),
    );
  });

  it("never chooses a version outside the deployment, nor a shadow", () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0.001, max: 1, noNaN: true }), (key, share) => {
        const of = deployment({ challengers, shadows: [7], canary: { ...CANARY, share } });
        const version = chooseVersion(of, key)?.version;
        expect([undefined, 2, 3, 9]).toContain(version);
      }),
    );
  });

  it("leaves all to the champion where nothing is beside it, or where it is that version", () => {
    expect(chooseVersion(deployment(), "ada")).toBeUndefined();
    const all = { canary: { ...CANARY, share: 1 } };
    expect(chooseVersion(deployment({ ...all, champion: 9 }), "ada")).toBeUndefined();
    expect(chooseVersion(deployment(all), "ada")).toEqual({ version: 9, route: "canary" });
  });

  it("divides the keys of two models differently", () => {
    const other = deployment({ model: "churn", challengers });
    const both = KEYS.filter(
      (key) => chooseVersion(deployment({ challengers }), key)?.version === 2,
    ).filter((key) => chooseVersion(other, key)?.version === 2);
    // 10% of 10% of 20,000
    expect(both.length).toBeLessThan(300);
  });
});

describe("a change of the routing", () => {
  const now = deployment({ challengers: challenged([{ version: 2, share: 0.1 }]), shadows: [4] });

  it("sets challengers and shadows, and keeps the canary", () => {
    const wanted = { challengers: [{ version: 3, share: 0.2 }], shadows: [2] };
    const next = withBeside({ ...now, canary: CANARY }, wanted, AT);

    expect(next).toEqual({
      challengers: [{ version: 3, share: 0.2, slots: [[0, 2_000]], since: AT }],
      shadows: [2],
      canary: CANARY,
    });
    expect(withBeside({ ...now, champion: 8 }, { challengers: [], shadows: [1] }, AT)).toEqual({
      challengers: [],
      shadows: [1],
    });
    const same = { challengers: [{ version: 2, share: 0.1 }], shadows: [] };
    expect(withBeside(now, same, AT).challengers).toEqual(now.challengers);
    const { champion: _none, ...young } = now;
    expect(withBeside(young, { challengers: [], shadows: [] }, AT)).toMatchObject({ shadows: [] });
  });

  it.each([
    ["the champion as a challenger", { challengers: [{ version: 1, share: 0.1 }], shadows: [] }],
    ["the canary as a shadow", { challengers: [], shadows: [9] }],
    ["a challenger as a shadow", { challengers: [{ version: 3, share: 0.1 }], shadows: [3] }],
    ["six shadows", { challengers: [], shadows: [11, 12, 13, 14, 15, 16] }],
  ])("fails on %s", (_name, wanted) => {
    expect(() => withBeside({ ...now, canary: CANARY }, wanted, AT)).toThrow(InvalidInputError);
  });

  it("starts a canary in place of what the version was, moves it on and ends it", () => {
    const started = withCanary(now, { ...CANARY, version: 4 });
    expect(started).toMatchObject({ shadows: [], canary: { version: 4 } });
    const grown = withCanary({ ...now, canary: CANARY }, { ...CANARY, share: 0.5 });
    expect(grown.canary?.share).toBe(0.5);
    expect(withoutCanary({ ...now, canary: CANARY })).toEqual({
      challengers: now.challengers,
      shadows: [4],
    });
  });

  it("has no second canary, none without a champion, and none that is champion", () => {
    const other = { ...now, canary: { ...CANARY, rollout: "e2" } };
    const { champion: _none, ...young } = now;
    for (const of of [other, young, { ...now, champion: 9 }]) {
      expect(() => withCanary(of, CANARY)).toThrow(ConflictError);
    }
  });

  it("leaves a new champion no other place", () => {
    expect(underChampion({ ...now, canary: CANARY }, 2)).toEqual({
      ...{ challengers: [], shadows: [4], canary: CANARY },
    });
    expect(underChampion({ ...now, canary: CANARY }, 9)).toEqual({
      challengers: now.challengers,
      shadows: [4],
    });
    expect(underChampion(now, 4)).toMatchObject({ shadows: [] });
  });

  it("is told on one line, and in shares of all traffic", () => {
    const all = { ...now, canary: { ...CANARY, share: 0.125 } };
    expect(routingText(all)).toBe("canary 9: 12.5%, challenger 2: 10%, shadow 4");
    expect(routingText(deployment())).toBe("champion alone");
    // 10% are the challenger's; of the rest an eighth is the canary's
    expect(sharesOf(all)).toEqual({ champion: 0.7875, canary: 0.1125 });
    expect(sharesOf(now)).toEqual({ champion: 0.9, canary: 0 });
    expect(versionsOf(all)).toEqual([1, 9, 2, 4]);
  });
});

describe("championBefore", () => {
  const moved = (...versions: readonly number[]) =>
    versions
      .map((version, i) => ({
        ...({ model: "m", id: String(i), at: "", kind: "alias-moved", by: "", why: "" } as const),
        subject: "champion",
        ...(i > 0 && { from: String(versions[i - 1]) }),
        to: String(version),
      }))
      .toReversed();

  it.each([
    ["nothing was promoted", [], undefined],
    ["there was only one", [1], undefined],
    ["three were promoted", [1, 2, 3], 2],
    ["one was rolled back", [1, 2, 3, 2], 1],
    ["two were rolled back", [1, 2, 3, 2, 1], undefined],
    ["another was promoted after a rollback", [1, 2, 1, 3], 1],
  ])("where %s", (_name, versions, wanted) => {
    expect(championBefore(moved(...versions))).toBe(wanted);
  });

  it("knows where the oldest move that is told came from, and passes over other events", () => {
    const [last, ...older] = moved(1, 2, 3);
    const other = { ...(older[0] as (typeof older)[0]), subject: "shadow" };
    const kind = { ...(older[0] as (typeof older)[0]), kind: "run-ended" as const };
    expect(championBefore([other, last as (typeof older)[0], kind])).toBe(2);
  });
});
