import { describe, expect, it } from "vitest";
import { NotFoundError } from "../../../core/errors.ts";
import { fallbackVersions } from "../../../core/inference/fallback-versions.ts";
import { withinBudget } from "../../../core/inference/time-budget.ts";

describe("fallbackVersions", () => {
  it("asks the registry for a name once in ten seconds, and forgets names beyond a thousand", async () => {
    let now = 0;
    const asked: string[] = [];
    const fallbacks = fallbackVersions({
      deployments: { champion: () => undefined },
      registry: {
        model: async (model) => {
          asked.push(model);
          throw new NotFoundError(model);
        },
      },
      loadDefinition: () => expect.unreachable("there is no such model"),
      clock: () => now,
    });
    const ask = () => fallbacks.registered("a");

    expect(await Promise.all([ask(), ask()])).toEqual([undefined, undefined]);
    now = 9_999;
    await ask();
    expect(asked).toEqual(["a"]);
    now = 10_000;
    await ask();
    expect(asked).toEqual(["a", "a"]);
    for (let i = 0; i < 1_000; i += 1) await fallbacks.registered(`m${i}`);
    await ask();
    expect(asked.filter((name) => name === "a")).toHaveLength(3);
  });
});

describe("withinBudget", () => {
  it("starts no timer for a budget that is known only when the work is done", async () => {
    let tell = (_ms: number) => {};
    const budget = new Promise<number>((resolve) => {
      tell = resolve;
    });

    expect(
      await withinBudget(
        async () => "done",
        budget,
        () => expect.unreachable(),
      ),
    ).toBe("done");
    tell(5);
    await budget;
  });

  it("is spent at once where nothing is left", async () => {
    const delays: number[] = [];
    const setTimer = (run: () => void, delayMs: number) => {
      delays.push(delayMs);
      run();
      return () => {};
    };
    const work = withinBudget(() => new Promise(() => {}), -3, setTimer);

    await expect(work).rejects.toThrow("time budget");
    expect(delays).toEqual([0]);
  });
});
