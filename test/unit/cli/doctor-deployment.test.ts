import { describe, expect, it } from "vitest";
import { type DeploymentProbes, deploymentChecks } from "../../../cli/doctor/deployment-checks.ts";
import { examine, isSound } from "../../../cli/doctor/finding.ts";

/** A deployment that is well. */
const WELL: DeploymentProbes = {
  stack: async () => ({
    name: "millrace-dev",
    status: "UPDATE_COMPLETE",
    resources: [{ logicalId: "PlatformObjects", status: "CREATE_COMPLETE" }],
  }),
  bucket: async () => {},
  registry: async () => ({ models: 1 }),
  endpoint: async () => ({ status: 200, body: '{"ready":true}' }),
  queues: async () => ({ waitingPredictions: 12, deadLetters: 0 }),
  alarmsOn: async () => [],
  schedules: async () => [{ name: "weekly", state: "ENABLED" }],
  functions: async () => [
    { name: "predict", state: "Active", lastUpdate: "Successful", reason: "" },
  ],
  concurrency: async () => ({ limit: 1_000, unreserved: 900, alarmAt: 800 }),
};

const findingsOf = (changes: Partial<DeploymentProbes> = {}) =>
  examine(deploymentChecks({ ...WELL, ...changes }));

const denied = async (): Promise<never> => {
  throw Object.assign(new Error("User: me is not authorized to perform: sqs:GetQueueAttributes"), {
    name: "AccessDenied",
  });
};

describe("doctor of a deployment", () => {
  it("finds nothing wrong where all is well, and names what it looked at", async () => {
    const findings = await findingsOf();

    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(
      new Set([
        ...["stack", "objects", "registry", "functions", "endpoint", "prediction log"],
        ...["alarms", "schedules", "concurrency"],
      ]),
    );
  });

  it.each<[string, Partial<DeploymentProbes>, object]>([
    [
      "a first deployment that failed",
      { stack: async () => ({ name: "s", status: "ROLLBACK_COMPLETE", resources: [] }) },
      { check: "stack", state: "wrong", advice: expect.stringContaining("npx cdk destroy") },
    ],
    [
      "a stack that is stuck",
      { stack: async () => ({ name: "s", status: "UPDATE_ROLLBACK_FAILED", resources: [] }) },
      { check: "stack", state: "wrong", advice: expect.stringContaining("describe-stack-events") },
    ],
    [
      "a deployment that was taken back",
      { stack: async () => ({ name: "s", status: "UPDATE_ROLLBACK_COMPLETE", resources: [] }) },
      { check: "stack", state: "warning", found: expect.stringContaining("taken back") },
    ],
    [
      "a deployment under way",
      { stack: async () => ({ name: "s", status: "UPDATE_IN_PROGRESS", resources: [] }) },
      { check: "stack", state: "warning" },
    ],
    [
      "a resource that failed",
      {
        stack: async () => ({
          name: "s",
          status: "UPDATE_COMPLETE",
          resources: [{ logicalId: "Bad", status: "DELETE_FAILED" }],
        }),
      },
      { check: "stack", state: "wrong", found: "Bad is DELETE_FAILED" },
    ],
    [
      "a bucket that is gone",
      { bucket: () => Promise.reject(new Error("no such bucket")) },
      { check: "objects", state: "wrong", found: expect.stringContaining("no such bucket") },
    ],
    [
      "a registry that does not answer",
      { registry: () => Promise.reject(new Error("table is being deleted")) },
      { check: "registry", state: "wrong" },
    ],
    [
      "a function that cannot run",
      {
        functions: async () => [
          { name: "train", state: "Failed", lastUpdate: "Successful", reason: "no layer" },
        ],
      },
      { check: "functions", state: "wrong", found: expect.stringContaining("no layer") },
    ],
    [
      "a URL that refuses the caller",
      { endpoint: async () => ({ status: 403, body: "Forbidden" }) },
      {
        check: "endpoint",
        state: "wrong",
        advice: expect.stringContaining("lambda:InvokeFunctionUrl"),
      },
    ],
    [
      "a URL that fails",
      { endpoint: async () => ({ status: 502, body: "Internal Server Error" }) },
      { check: "endpoint", state: "wrong", advice: "see docs/runbooks/server-errors.md" },
    ],
    [
      "a URL that is throttled",
      { endpoint: async () => ({ status: 429, body: "Rate exceeded" }) },
      { check: "endpoint", state: "wrong", advice: "see docs/runbooks/throttling.md" },
    ],
    [
      "a log that falls behind",
      { queues: async () => ({ waitingPredictions: 5_001, deadLetters: 0 }) },
      { check: "prediction log", state: "warning" },
    ],
    [
      "dead letters",
      { queues: async () => ({ waitingPredictions: 0, deadLetters: 3 }) },
      { check: "prediction log", state: "wrong", found: "3 dead letters" },
    ],
    [
      "an alarm, with its text",
      { alarmsOn: async () => [{ name: "Drift-m", text: "it drifted. Runbook: drift.md" }] },
      { check: "alarms", state: "wrong", advice: "it drifted. Runbook: drift.md" },
    ],
    [
      "a schedule that somebody switched off",
      { schedules: async () => [{ name: "weekly", state: "DISABLED" }] },
      { check: "schedules", state: "wrong", found: "schedule weekly is DISABLED" },
    ],
    [
      "an account with next to no concurrency",
      { concurrency: async () => ({ limit: 10, unreserved: 10, alarmAt: 8 }) },
      { check: "concurrency", state: "warning", advice: expect.stringContaining("throttling") },
    ],
    [
      "an alarm that can never ring",
      { concurrency: async () => ({ limit: 500, unreserved: 400, alarmAt: 800 }) },
      {
        check: "concurrency",
        state: "warning",
        advice: "set accountConcurrency to 500 and deploy",
      },
    ],
    [
      "a right that is missing",
      { queues: denied },
      {
        check: "prediction log",
        state: "wrong",
        found: expect.stringContaining("not allowed to look"),
        advice: expect.stringContaining("the action that the message names"),
      },
    ],
    [
      "credentials that are over",
      { bucket: () => Promise.reject(Object.assign(new Error("old"), { name: "ExpiredToken" })) },
      { check: "objects", state: "wrong", advice: expect.stringContaining("sign in again") },
    ],
  ])("tells of %s, and of nothing else", async (_name, changes, finding) => {
    const findings = await findingsOf(changes);

    const told = findings.filter(({ state }) => state !== "ok");
    expect(told).toEqual([expect.objectContaining(finding)]);
    expect(told[0]?.advice).toMatch(/\w/);
    expect(isSound(findings)).toBe(told[0]?.state === "warning");
  });
});
