import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { runIsolated } from "../../../local/isolated-function.ts";
import { startChild } from "../../fixtures/e2e/child.ts";
import { until } from "../../fixtures/e2e/until.ts";

const environment = { home: "", dynamodbEndpoint: "", duckdbMemory: "1GB", gitCommit: "" };

/** What functions wrote to their logs. */
const lines: object[] = [];

const run = (name: string, timeoutMs = 20_000, signal = new AbortController().signal) =>
  runIsolated(
    name,
    { a: [1, Number.NaN] },
    {
      environment,
      context: { awsRequestId: "request-1" },
      log: (line) => lines.push(line),
      timeoutMs,
      signal,
      entry: resolve("test/fixtures/local/isolated-entry.ts"),
    },
  );

describe("runIsolated", () => {
  it("gives the output of another process, and the memory it took", async () => {
    const { output, peakMemoryBytes } = await run("echo");

    expect(output).toMatchObject({ input: { a: [1, Number.NaN] } });
    expect(lines).toContainEqual({ echoes: "request-1" });
    expect((output as { pid: number }).pid).not.toBe(process.pid);
    expect(peakMemoryBytes).toBeGreaterThan(1e6);
  });

  it("throws the function's own error by its name", async () => {
    await expect(run("refuse")).rejects.toMatchObject({
      name: "NotFoundError",
      message: "no such row",
    });
  });

  it("names a process that died as Step Functions does", async () => {
    await expect(run("die")).rejects.toMatchObject({ name: "Lambda.Unknown" });
  });

  it.each(["hang", "block"])(
    "kills a function that would %s for ever, at its time limit",
    async (name) => {
      await expect(run(name, 500)).rejects.toMatchObject({ name: "States.Timeout" });
    },
  );

  it("stops with the platform", async () => {
    const stopping = new AbortController();
    const running = run("hang", 20_000, stopping.signal);

    stopping.abort();

    await expect(running).rejects.toMatchObject({ name: "Lambda.Unknown" });
  });

  it("ends with the process that it works for, even in the middle of computing", async () => {
    const parent = startChild(["test/fixtures/local/isolated-parent.ts"]);
    const [, pid] = await until("it computes", () => /blocking in (\d+)/.exec(parent.stderr()));

    parent.kill("SIGKILL");

    await until("it is gone", () => !isAlive(Number(pid)), 4_000);
    await parent.ended;
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: there is no such process
    return false;
  }
}
