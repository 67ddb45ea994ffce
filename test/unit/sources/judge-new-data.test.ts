import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RunStatus } from "../../../core/registry/records.ts";
import { judgeNewData, LONGEST_RUN_MS } from "../../../core/sources/judge-new-data.ts";

const NOW = Date.parse("2026-03-01T12:00:00.000Z");
const CAME = "2026-03-01T11:00:00Z";
const run = (runId: string, startedAt: string, status: RunStatus = "succeeded") => ({
  ...{ runId, status, startedAt: `2026-0${startedAt}.000Z` },
});

describe("judgeNewData", () => {
  it.each([
    ["starts the first run there is", [], { step: "start", after: undefined }],
    [
      "starts one after the last, if that began before",
      [run("b", "3-01T10:59:59"), run("a", "2-01T00:00:00")],
      { step: "start", after: "b" },
    ],
    [
      "starts none where one began after, whatever became of it",
      [run("c", "3-01T11:30:00", "failed"), run("b", "3-01T10:00:00")],
      { step: "read", runId: "c" },
    ],
    [
      "starts none where one under way began after",
      [run("c", "3-01T11:30:00", "running")],
      { step: "read", runId: "c" },
    ],
    [
      "waits for one under way that began before",
      [run("b", "3-01T10:00:00", "running")],
      { step: "wait", runId: "b" },
    ],
    [
      "waits for one that is not the last",
      [run("b", "3-01T10:30:00"), run("a", "3-01T10:00:00", "running")],
      { step: "wait", runId: "a" },
    ],
    [
      "does not take a run of the same second for one that began after",
      [run("b", "3-01T11:00:00", "running")],
      { step: "wait", runId: "b" },
    ],
    [
      "takes a run of the next second for one",
      [run("b", "3-01T11:00:01", "running")],
      { step: "read", runId: "b" },
    ],
    [
      "does not wait for one that cannot be under way any more",
      [run("b", "2-28T12:00:00", "running")],
      { step: "start", after: "b" },
    ],
  ])("%s", (_what, runs, expected) => {
    expect(judgeNewData(runs, CAME, NOW)).toEqual(expected);
  });

  it("waits for as long as the state machine lets a run last", () => {
    const asl = JSON.parse(readFileSync("state-machines/training.asl.json", "utf8"));

    expect(LONGEST_RUN_MS).toBe(asl.TimeoutSeconds * 1_000);
    const longest = [run("b", "2-28T12:00:01", "running")];
    expect(judgeNewData(longest, CAME, NOW)).toEqual({ step: "wait", runId: "b" });
  });
});
