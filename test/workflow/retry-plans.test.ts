import { describe, expect, it } from "vitest";
import { MACHINES, tasksOf } from "./asl-states.ts";
import { faultsOf, retryPlans, roundsOf } from "./retry-plans.ts";

describe("roundsOf", () => {
  it("gives every error of every retrier once, and no more at a time than its attempts", () => {
    const Retry = [
      { ErrorEquals: ["a", "b", "c"], MaxAttempts: 2 },
      { ErrorEquals: ["d"], MaxAttempts: 6 },
    ];

    expect(roundsOf({ Type: "Task", Retry })).toEqual([["a", "b", "d"], ["c"]]);
    expect(roundsOf({ Type: "Task" })).toEqual([]);
  });
});

describe("retryPlans", () => {
  it.each(MACHINES)("name every error that a Task state of %s retries", (machine) => {
    const planned = retryPlans(machine).flatMap((plan) =>
      [...plan].flatMap(([state, errors]) => errors.map((error) => `${state} ${error}`)),
    );
    const retried = tasksOf(machine).flatMap(([state, { Retry = [] }]) =>
      Retry.flatMap(({ ErrorEquals }) => ErrorEquals.map((error) => `${state} ${error}`)),
    );

    expect(planned.toSorted()).toEqual(retried.toSorted());
    expect(planned.length).toBeGreaterThan(20);
  });
});

describe("faultsOf", () => {
  it("gives a state its errors one after the other, then none", () => {
    const next = faultsOf(new Map([["Train", ["Lambda.Unknown", "States.Timeout"]]]));

    expect([next("Train"), next("Other"), next("Train"), next("Train")]).toEqual([
      { kind: "lost", error: "Lambda.Unknown" },
      undefined,
      { kind: "overrun", error: "States.Timeout" },
      undefined,
    ]);
  });

  it("fails on an error that nobody has said how to bring about", () => {
    const next = faultsOf(new Map([["Train", ["Unheard.Of"]]]));

    expect(() => next("Train")).toThrow("say in faults.ts how Unheard.Of of Train comes about");
  });
});
