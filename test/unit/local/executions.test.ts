import { describe, expect, it } from "vitest";
import { ConflictError, NotFoundError } from "../../../core/errors.ts";
import { Executions, progressAfter } from "../../../local/executions.ts";

/** Functions of the monitoring state machine that find nothing wrong, once `open` is called. */
function setUp(answer: () => unknown = () => ({ verdict: "stable" })) {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let names = 0;
  const executions = new Executions({
    invoke: async (name) => {
      await gate;
      return name === "check-drift" ? answer() : {};
    },
    clock: () => 0,
    newName: () => `e${++names}`,
    log: () => {},
  });
  return { executions, open };
}

describe("Executions", () => {
  it("ends a rollout that waits for its next check when it is told to, and others not", async () => {
    const started = { status: "started", waitSeconds: 600, plan: {}, why: "" };
    const executions = new Executions({
      invoke: async () => started,
      clock: () => 0,
      newName: () => "r1",
      log: () => {},
    });
    const { name } = executions.start("rollout", { model: "m", version: 2, by: "me", why: "y" });
    await expect
      .poll(() => executions.find(name)?.states.map(({ state }) => state))
      .toEqual(["Start", "Watch"]);

    executions.abort("monitoring");
    expect(executions.running()).toHaveLength(1);
    executions.abort("rollout");

    expect((await executions.ended(name)).status).toBe("failed");
  });

  it("runs a state machine of the repository to its end", async () => {
    const { executions, open } = setUp();

    const { name } = executions.start("monitoring", { model: "m" });
    expect(executions.running().map((e) => e.name)).toEqual(["e1"]);
    open();
    const ended = await executions.ended(name);

    expect(ended).toMatchObject({ status: "succeeded", output: { drift: { verdict: "stable" } } });
    // Verdict and Done only choose a way and end it
    expect(ended.states.map(({ state, status }) => `${state} ${status}`)).toEqual([
      "CheckDrift done",
    ]);
    expect(executions.running()).toEqual([]);
  });

  it("keeps a failure, with its reason", async () => {
    const { executions, open } = setUp(() => {
      throw new TypeError("no table");
    });

    const { name } = executions.start("monitoring", { model: "m" });
    open();

    expect(await executions.ended(name)).toMatchObject({ status: "failed" });
  });

  it("finds the newest of a machine and model that succeeded", async () => {
    let fails = false;
    const { executions, open } = setUp(() => {
      if (fails) throw new TypeError("no table");
      return { verdict: "stable" };
    });
    const check = async (model: string) => {
      const { name } = executions.start("monitoring", { model });
      await executions.ended(name);
      return name;
    };
    open();

    expect(executions.lastSucceeded("monitoring", "m")).toBeUndefined();
    await check("m");
    const second = await check("m");
    await check("other");
    fails = true;
    await check("m");

    expect(executions.lastSucceeded("monitoring", "m")?.name).toBe(second);
    expect(executions.lastSucceeded("training", "m")).toBeUndefined();
  });

  it("fails to start a second one of the same machine and model, not of another model", () => {
    const { executions } = setUp();
    executions.start("monitoring", { model: "m" });

    expect(() => executions.start("monitoring", { model: "m" })).toThrow(ConflictError);
    expect(executions.start("monitoring", { model: "other" }).status).toBe("running");
  });

  it("fails on a name that it does not know", () => {
    expect(() => setUp().executions.ended("e9")).toThrow(NotFoundError);
  });
});

describe("progressAfter", () => {
  it("tells the items of a Map apart and counts retries", () => {
    const events = [
      { type: "entered", state: "Train", at: 0 },
      { type: "entered", state: "One", index: 0, at: 1 },
      { type: "entered", state: "One", index: 1, at: 1 },
      { type: "retried", state: "One", index: 1, at: 2 },
      { type: "exited", state: "One", index: 1, at: 3 },
    ] as const;

    const states = events.reduce(progressAfter, [] as ReturnType<typeof progressAfter>);

    expect(states).toEqual([
      { state: "Train", status: "running", startedAt: 0, retries: 0 },
      { state: "One", index: 0, status: "running", startedAt: 1, retries: 0 },
      { state: "One", index: 1, status: "done", startedAt: 1, endedAt: 3, retries: 1 },
    ]);
  });
});
