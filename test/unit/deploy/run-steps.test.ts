import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runSteps } from "../../deploy/run-steps.ts";
import type { Step, World } from "../../deploy/step.ts";

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

// The steps of these tests use nothing of it but the folder.
const world = { folder: "logs" } as World;
const { signal } = new AbortController();
const fine: Step = { name: "fine", run: async () => "all is well" };
const broken: Step = {
  name: "broken",
  run: async () => {
    throw new Error("it is not");
  },
};

describe("runSteps", () => {
  it("ends with a table of what was seen", async () => {
    expect(await runSteps([fine], world, signal)).toBe(true);

    expect(lines.join("\n")).toMatch(/fine +all is well +\d+\.\d\nall +as it must be/);
  });

  it("fails with a step, and does not run those after it", async () => {
    const after = vi.fn<Step["run"]>();

    expect(await runSteps([broken, { name: "after", run: after }], world, signal)).toBe(false);

    expect(after).not.toHaveBeenCalled();
    expect(lines.join("\n")).toMatch(/broken +FAILED: Error: it is not.*\nafter +not run/);
  });

  it("fails when it is stopped, even if a step never ends", async () => {
    const stopping = new AbortController();
    const endless: Step = { name: "endless", run: () => new Promise(() => {}) };

    const ended = runSteps([endless], world, stopping.signal);
    stopping.abort(new Error("stopped by SIGINT"));

    expect(await ended).toBe(false);
    expect(lines.join("\n")).toMatch(/stopped by SIGINT/);
  });

  it("ends well when a step that only waits for it is stopped", async () => {
    const stopping = new AbortController();
    const waiting: Step = { name: "stay", run: () => new Promise(() => {}), endsWhenStopped: true };

    const ended = runSteps([waiting], world, stopping.signal);
    stopping.abort(new Error("stopped by SIGINT"));

    expect(await ended).toBe(true);
    expect(lines.join("\n")).toMatch(/stay +stopped, as it was asked to/);
  });
});
