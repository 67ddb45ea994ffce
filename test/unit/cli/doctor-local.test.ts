import { describe, expect, it } from "vitest";
import { examine } from "../../../cli/doctor/finding.ts";
import { type LocalProbes, localChecks } from "../../../cli/doctor/local-checks.ts";
import { doctorReport } from "../../../cli/doctor/report.ts";

/** A machine that is well. */
const WELL: LocalProbes = {
  nodeVersion: () => "24.21.0",
  registryServer: () => "/somewhere/dynoxide",
  home: async () => ({ path: "/home/.millrace", isWritable: true }),
  freeDiskBytes: async () => 80e9,
  models: async () => ["flight-delay"],
  platform: async () => ({ url: "http://127.0.0.1:4700", models: 1 }),
  endpoint: async () => ({ status: 200, body: "{}" }),
  queue: async () => ({ waitingBytes: 1e6, deadLetters: 0, deadLettersPath: "dead.jsonl" }),
  criticalAlerts: async () => [],
};

const findingsOf = (changes: Partial<LocalProbes> = {}) =>
  examine(localChecks({ ...WELL, ...changes }));

const failing = (message: string) => async (): Promise<never> => {
  throw new Error(message);
};

describe("doctor of this machine", () => {
  it("finds nothing wrong where all is well", async () => {
    const findings = await findingsOf();

    expect(findings.map(({ state }) => state)).toEqual(Array(10).fill("ok"));
    expect(doctorReport(findings)).toMatch(/\nnothing is wrong; 0 to look at$/);
  });

  it.each<[string, Partial<LocalProbes>, object]>([
    [
      "an old Node",
      { nodeVersion: () => "22.4.0" },
      { check: "node", state: "wrong", advice: expect.stringContaining("npm ci") },
    ],
    [
      "a platform without a registry server",
      {
        registryServer: () => {
          throw new Error("no dynamodb server: package @dynoxide/linux-arm64 is not installed");
        },
      },
      { check: "registry server", state: "wrong", found: expect.stringContaining("dynoxide") },
    ],
    [
      "a home of somebody else",
      { home: async () => ({ path: "/srv/millrace", isWritable: false }) },
      { check: "home", state: "wrong", advice: expect.stringContaining("MILLRACE_HOME") },
    ],
    ["a full disk", { freeDiskBytes: async () => 0.5e9 }, { check: "disk", state: "wrong" }],
    [
      "a disk that fills up",
      { freeDiskBytes: async () => 3e9 },
      { check: "disk", state: "warning" },
    ],
    [
      "a definition that is wrong",
      { models: failing("models/a/model.ts: seed must be a whole number") },
      { check: "models", state: "wrong", found: expect.stringContaining("seed") },
    ],
    ["no model at all", { models: async () => [] }, { check: "models", state: "warning" }],
    [
      "a platform that is not running",
      {
        platform: failing("no platform answers at http://127.0.0.1:4700; start it with npm start"),
      },
      { check: "platform", state: "wrong", advice: expect.stringContaining("--url") },
    ],
    [
      "an endpoint that is not ready",
      { endpoint: async () => ({ status: 503, body: '{"error":"not available"}' }) },
      { check: "endpoint", state: "wrong", found: expect.stringContaining("503") },
    ],
    [
      "a queue that is not emptied",
      { queue: async () => ({ waitingBytes: 65e6, deadLetters: 0, deadLettersPath: "d" }) },
      { check: "prediction log", state: "warning" },
    ],
    [
      "dead letters",
      { queue: async () => ({ waitingBytes: 0, deadLetters: 2, deadLettersPath: "d.jsonl" }) },
      { check: "prediction log", state: "wrong", found: "2 dead letters in d.jsonl" },
    ],
    [
      "a critical alert of today",
      {
        criticalAlerts: async () => [
          { at: "2026-11-23T03:00:00Z", subject: "m: run failed", runbook: "docs/runbooks/x.md" },
        ],
      },
      { check: "alerts", state: "warning", advice: "see docs/runbooks/x.md" },
    ],
  ])("tells of %s, and of nothing else", async (_name, changes, finding) => {
    const findings = await findingsOf(changes);

    const told = findings.filter(({ state }) => state !== "ok");
    expect(told).toEqual([expect.objectContaining(finding)]);
    expect(told[0]?.advice).toMatch(/\w/);
  });
});

describe("doctorReport", () => {
  it("gives a line a finding, what to do below it, and a sum", () => {
    const text = doctorReport([
      { check: "node", state: "ok", found: "Node 24" },
      { check: "platform", state: "wrong", found: "nobody answers", advice: "start it" },
      { check: "disk", state: "warning", found: "3 GB free", advice: "make room" },
    ]);

    expect(text.split("\n")).toEqual([
      "ok     node      Node 24",
      "WRONG  platform  nobody answers",
      "                 -> start it",
      "look   disk      3 GB free",
      "                 -> make room",
      "",
      "1 wrong, 1 to look at",
    ]);
  });
});
