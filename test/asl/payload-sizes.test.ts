import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { DataContractError, type PlatformError } from "../../core/errors.ts";
import { startRunInput } from "../../core/run/messages.ts";
import { task } from "../../functions/middleware/task.ts";
import { localStateMachine, type RunTask } from "../../local/state-machine.ts";

/** An eighth of the 256 KiB that a state may take or give. Source: "Service quotas" of its guide. */
const LARGEST_BYTES = 32 * 1024;

const asl = await readFile(resolve("state-machines/training.asl.json"), "utf8");

/** JSON text within JSON makes seven bytes of it. */
const WORST = "\u0001";
const DIGEST = "a".repeat(64);
const MODEL = "m".repeat(63);
const RUN = "r".repeat(80);
const CANDIDATES = Array.from({ length: 40 }, (_, index) => ({
  index,
  name: `c${index}`.padEnd(63, "x"),
  rowShare: 1,
}));
const METRICS = Object.fromEntries(
  ["rocAuc", "prAuc", "logLoss", "brier", "accuracy", "precision", "recall", "f1"].map((name) => [
    name,
    -0.12345678901234566,
  ]),
);
const DURATION = { durationMs: 43_199_999 };
const ORDER = startRunInput.parse({
  model: MODEL,
  runId: RUN,
  reason: WORST.repeat(500),
  requestedBy: WORST.repeat(200),
});
/** As much of a network as a task may name: sixteen subnets and five groups. */
const FARGATE = {
  on: "fargate",
  cluster: `arn:aws:ecs:ap-southeast-2:123456789012:cluster/${"c".repeat(255)}`,
  taskDefinition: "t".repeat(255),
  subnets: Array.from({ length: 16 }, (_, i) => `subnet-${String(i).padStart(17, "0")}`),
  securityGroups: Array.from({ length: 5 }, (_, i) => `sg-${String(i).padStart(17, "0")}`),
  assignPublicIp: "DISABLED",
  cpu: "16384",
  memory: "122880",
};

/**
 * What Step Functions tells of a container that was lost: the task's description.
 * Source: "DescribeTasks", Amazon ECS API reference; ten tags of the stack are passed on to it.
 */
const LOST_TASK = {
  Attachments: Array.from({ length: 5 }, (_, i) => ({ Name: `a${i}`, Value: "v".repeat(100) })),
  ClusterArn: FARGATE.cluster,
  Containers: [{ Name: "train", ExitCode: 137, Reason: "OutOfMemoryError: Container killed" }],
  Overrides: {
    ContainerOverrides: [{ Environment: [{ Value: JSON.stringify({ RUN, MODEL, DIGEST }) }] }],
  },
  StoppedReason: "Essential container in task exited",
  Tags: Array.from({ length: 10 }, (_, i) => ({ Key: `tag-${i}`, Value: "v".repeat(256) })),
  TaskArn: `arn:aws:ecs:ap-southeast-2:123456789012:task/${"c".repeat(255)}/${"0".repeat(32)}`,
};

interface Candidate {
  readonly rowShare?: number;
  readonly durationMs: number;
}

/** The most that each function can answer. */
const ANSWERS: Readonly<Record<string, (input: never) => object>> = {
  "start-run": () => ({
    ...ORDER,
    definitionDigest: DIGEST,
    search: { round: { number: 0, candidates: CANDIDATES }, finalists: [], trainMs: [] },
    continueFrom: { version: 1e15, manifestSha256: DIGEST },
    owner: "o".repeat(200),
    startedAt: "2026-01-02T10:00:00.000Z",
    lastDataset: { datasetDigest: DIGEST, runId: "r".repeat(80) },
    promotion: "automatic",
    compute: { preparation: { on: "distributed-map", maxConcurrency: 1_000 }, training: FARGATE },
    ...DURATION,
  }),
  "stage-source": () => ({ file: "f".repeat(1_000), usable: true, rows: 1e15, ...DURATION }),
  prepare: () => ({
    datasetDigest: DIGEST,
    rows: Object.fromEntries(
      ["read", "train", "validation", "test", "outside", "quarantined"].map((name) => [name, 1e15]),
    ),
    reused: false,
    quality: { verdict: "warned", broken: 100, reportKey: "k".repeat(200) },
    ...DURATION,
  }),
  "collect-candidate": ({ candidate }: { candidate: object }) => ({
    ...candidate,
    graphSha256: DIGEST,
    metrics: { quantileCoverageError: -0.12345678901234566 },
    ...DURATION,
  }),
  // After five rounds of forty, which no search has.
  narrow: ({ search: { trained } }: { search: { trained: readonly Candidate[] } }) => ({
    round: { number: 5, candidates: [] },
    finalists: trained.map(
      ({ durationMs: _durationMs, rowShare: _rowShare, ...finalist }) => finalist,
    ),
    trainMs: Array(200).fill(DURATION.durationMs),
    done: true,
    ...DURATION,
  }),
  evaluate: () => ({
    passed: false,
    reasons: Array(11).fill("x".repeat(160)),
    candidate: CANDIDATES[0],
    metrics: METRICS,
    champion: 1e15,
    reportKey: `runs/${MODEL}/${RUN}/report.json`,
    ...DURATION,
  }),
  register: () => ({ version: 1e15, status: "rejected", ...DURATION }),
  "end-run": () => ({ status: "rejected", ...DURATION }),
  notify: () => ({ sent: true, ...DURATION }),
};

type Wrap = (
  name: string,
  handler: (input: unknown) => Promise<object>,
) => (input: unknown) => Promise<object>;

/** As every function of a state machine is wrapped. */
const asTask: Wrap = (name, handler) =>
  task(name, handler, { log: () => {}, clock: () => 0, stopwatch: () => 0 });

/** Runs the training workflow at its largest; sizes of its states by name. */
async function sizesOf(
  failing: Readonly<Record<string, PlatformError>> = {},
  wrap: Wrap = asTask,
  runTask: RunTask = async () => ({}),
) {
  const sizes = new Map<string, number>();
  const functionOf = (name: string) =>
    wrap(name, async (input) => {
      if (failing[name]) throw failing[name];
      return ANSWERS[name]?.(input as never) ?? {};
    });
  const machine = localStateMachine(asl, (name, input) => functionOf(name)(input), {
    runTask,
    readItems: async () => Array.from({ length: 50 }, () => ({ name: "f".repeat(1_000) })),
  });
  const result = await machine
    .run(ORDER, {
      name: RUN,
      retryDelayMs: 0,
      onEvent: ({ state, input, output = null }) => {
        const bytes = [input, output].map((data) => Buffer.byteLength(JSON.stringify(data)));
        sizes.set(state, Math.max(sizes.get(state) ?? 0, ...bytes));
      },
    })
    .then(
      () => "succeeded",
      () => "failed",
    );
  return { result, sizes };
}

const largest = (sizes: ReadonlyMap<string, number>) => Math.max(...sizes.values());

describe("states of a run of forty candidates with the longest names", () => {
  it("stay below 32 KiB to its end", async () => {
    const { result, sizes } = await sizesOf();

    expect(result).toBe("succeeded");
    expect(sizes.get("Rejected")).toBeGreaterThan(8_000);
    expect(largest(sizes)).toBeLessThan(LARGEST_BYTES);
  });

  it.each(["prepare", "collect-candidate", "narrow", "evaluate", "register", "end-run", "notify"])(
    "stay below 32 KiB when %s fails with a message of a megabyte",
    async (name) => {
      const columns = Array.from({ length: 60_000 }, (_, i) => `column "c${i}" is ${WORST}`);
      const error = new DataContractError(columns.join("\n"));
      expect(error.message.length).toBeGreaterThan(1_000_000);
      const { sizes } = await sizesOf({ [name]: error });

      expect(largest(sizes)).toBeGreaterThan(8_000);
      expect(largest(sizes)).toBeLessThan(LARGEST_BYTES);
    },
  );

  it("stay below 32 KiB when a container is lost", async () => {
    const { result, sizes } = await sizesOf({}, asTask, async () => {
      throw Object.assign(new Error(JSON.stringify(LOST_TASK)), { name: "States.TaskFailed" });
    });

    expect(result).toBe("failed");
    expect(sizes.get("RecordFailure")).toBeGreaterThan(8_000);
    expect(largest(sizes)).toBeLessThan(LARGEST_BYTES);
  });

  it("stay below 32 KiB when the failure and its record fail alike", async () => {
    const error = new DataContractError(WORST.repeat(1_000_000));
    const { result, sizes } = await sizesOf({ evaluate: error, "end-run": error, notify: error });

    expect(result).toBe("failed");
    expect(sizes.has("Failed")).toBe(true);
    expect(largest(sizes)).toBeLessThan(LARGEST_BYTES);
  });

  it("would not, if a task threw its error as it is", async () => {
    const error = new DataContractError(WORST.repeat(10_000));
    const { sizes } = await sizesOf({ prepare: error }, (_name, handler) => handler);

    expect(largest(sizes)).toBeGreaterThan(LARGEST_BYTES);
  });

  it("would not, if an order could be of any length", () => {
    expect(startRunInput.safeParse({ ...ORDER, reason: "x".repeat(501) }).success).toBe(false);
    expect(startRunInput.safeParse({ ...ORDER, requestedBy: "x".repeat(201) }).success).toBe(false);
  });
});
