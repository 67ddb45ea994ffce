import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { DataContractError, InvalidInputError, UnavailableError } from "../../core/errors.ts";
import { ExecutionFailedError, localStateMachine } from "../../local/state-machine.ts";

const digest = "a".repeat(64);
const asl = await readFile(resolve("state-machines/training.asl.json"), "utf8");

const ROUND = {
  number: 0,
  candidates: [
    { index: 0, name: "boosting", rowShare: 1 },
    { index: 1, name: "logistic", rowShare: 1 },
  ],
};

interface Search {
  readonly round: typeof ROUND;
  readonly finalists: readonly object[];
  readonly trainMs: readonly number[];
  readonly trained: readonly { readonly durationMs: number }[];
}

/** What follows a round: that many candidates of its own in another one. */
const narrowed = ({ round, finalists, trainMs, trained }: Search, goOn: number) => ({
  round: { number: round.number + 1, candidates: round.candidates.slice(0, goOn) },
  finalists: goOn > 0 ? finalists : [...finalists, ...trained],
  trainMs: [...trainMs, ...trained.map(({ durationMs }) => durationMs)],
  done: goOn === 0,
});

type Answer = (input: never, call: number) => unknown;

const prepared = (verdict: "passed" | "warned") => ({
  ...{ datasetDigest: digest, rows: { train: 1 }, durationMs: 11 },
  quality: { verdict, broken: 1, reportKey: "runs/m/run-1/quality.json" },
});

/** What every function answers where a test says nothing else. */
const answers: Readonly<Record<string, Answer>> = {
  "start-run": ({ model, runId }: { model: string; runId: string }) => ({
    model,
    runId,
    definitionDigest: digest,
    reason: "test",
    requestedBy: "me",
    search: { round: ROUND, finalists: [], trainMs: [] },
    continueFrom: { version: 2, manifestSha256: digest },
    owner: "ada",
    startedAt: "2026-01-02T10:00:00.000Z",
    lastDataset: null,
    promotion: "automatic",
    compute: { preparation: { on: "lambda" }, training: { on: "lambda", function: "train" } },
  }),
  "stage-source": () => ({ usable: true }),
  prepare: () => prepared("passed"),
  train: ({ candidate }: { candidate: { index: number; name: string } }) => ({
    ...candidate,
    graphSha256: digest,
    metrics: {},
    durationMs: 12,
  }),
  narrow: ({ search }: { search: Search }) => narrowed(search, 0),
  evaluate: () => ({
    durationMs: 13,
    passed: true,
    reasons: [],
    candidate: { index: 0, name: "boosting" },
    metrics: {},
    champion: 2,
    reportKey: "runs/m/run-1/report.json",
  }),
  register: () => ({ version: 3, status: "registered", durationMs: 14 }),
  promote: () => ({ alias: "champion", from: 2, to: 3 }),
  "end-run": () => ({ status: "x" }),
  notify: () => ({}),
};

/** Runs the training state machine; a call is [function, input], in order. */
async function train(changed: Readonly<Record<string, Answer>> = {}) {
  const calls: [string, Record<string, unknown>][] = [];
  const read: unknown[] = [];
  const started: unknown[] = [];
  const machine = localStateMachine(
    asl,
    async (name, input) => {
      calls.push([name, input as Record<string, unknown>]);
      const answer = changed[name] ?? answers[name];
      return answer?.(input as never, calls.filter(([other]) => other === name).length);
    },
    {
      startExecution: async (order) => started.push(order),
      readItems: async ({ ReaderConfig }, parameters) => {
        read.push([ReaderConfig?.ItemsPointer, parameters]);
        return [{ objects: [{ name: "a.parquet" }] }, { objects: [{ name: "b.parquet" }] }];
      },
    },
  );
  const input = { model: "m", reason: "test", requestedBy: "me" };
  const result = await machine.run(input, { name: "run-1", retryDelayMs: 0 }).then(
    () => "succeeded",
    (error) => error,
  );
  return { result, calls, read, started, order: calls.map(([name]) => name), last: new Map(calls) };
}

const stepwise: Answer = (input) => ({
  ...(answers["start-run"]?.(input, 1) as object),
  promotion: "rollout",
});

const distributed: Answer = (input) => ({
  ...(answers["start-run"]?.(input, 1) as object),
  compute: {
    preparation: { on: "distributed-map", maxConcurrency: 5 },
    training: { on: "lambda", function: "train" },
  },
});

const throwing = (error: Error) => () => {
  throw error;
};

describe("training.asl.json", () => {
  it("prepares, trains every candidate, evaluates, registers, promotes, ends and notifies", async () => {
    const { result, order, calls, last } = await train();

    expect(result).toBe("succeeded");
    expect(order).toEqual([
      "start-run",
      "prepare",
      "train",
      "train",
      "narrow",
      "evaluate",
      "register",
      "promote",
      "end-run",
      "notify",
    ]);
    const run = { model: "m", runId: "run-1", definitionDigest: digest };
    expect(calls[2]?.[1]).toEqual({
      ...run,
      datasetDigest: digest,
      round: 0,
      candidate: { index: 0, name: "boosting", rowShare: 1 },
      continueFrom: { version: 2, manifestSha256: digest },
    });
    expect(last.get("narrow")).toMatchObject({ ...run, search: { round: ROUND, finalists: [] } });
    expect(last.get("evaluate")).toMatchObject({
      rounds: 1,
      trained: [
        { index: 0, name: "boosting", graphSha256: digest },
        { index: 1, name: "logistic", graphSha256: digest },
      ],
    });
    expect(last.get("promote")).toEqual({
      model: "m",
      runId: "run-1",
      version: 3,
      alias: "champion",
      expected: 2,
      by: "me",
      why: "run run-1 passed its gates",
    });
    expect(last.get("end-run")).toMatchObject({
      status: "succeeded",
      datasetDigest: digest,
      durations: { prepareMs: 11, trainMs: [12, 12], evaluateMs: 13, registerMs: 14 },
    });
    expect(last.get("notify")).toMatchObject({
      severity: "info",
      subject: "m: version 3 is champion",
    });
  });

  it("tells the owner once of data that breaks rules, and goes on", async () => {
    const { result, order, calls } = await train({ prepare: () => prepared("warned") });

    expect(result).toBe("succeeded");
    expect(order.filter((name) => name === "notify")).toHaveLength(2);
    expect(calls[1]?.[1]).toMatchObject({ startedAt: "2026-01-02T10:00:00.000Z", last: null });
    expect(calls[2]).toEqual([
      "notify",
      {
        severity: "warning",
        model: "m",
        subject: "m: data of run run-1 breaks quality rules (owner: ada)",
        qualityKey: "runs/m/run-1/quality.json",
        runId: "run-1",
        runbook: "data-quality",
      },
    ]);
  });

  it("ends a run whose data cannot be used, and tells the owner once", async () => {
    const { result, calls } = await train({
      prepare: throwing(new DataContractError("too many broken rows")),
    });

    expect(result).not.toBe("succeeded");
    expect(calls.slice(2)).toMatchObject([
      ["end-run", { status: "failed", failure: { Error: "DataContractError" } }],
      [
        "notify",
        {
          severity: "critical",
          subject: "m: data of run run-1 cannot be used (owner: ada)",
          qualityKey: "runs/m/run-1/quality.json",
          runbook: "data-quality",
        },
      ],
    ]);
  });

  it("trains as many rounds as there are, each with what the one before left", async () => {
    const narrow: Answer = ({ search }: { search: Search }, call) =>
      narrowed(search, call === 1 ? 1 : 0);

    const { result, order, calls, last } = await train({ narrow });

    expect(result).toBe("succeeded");
    expect(order.slice(1, 8)).toEqual([
      ...["prepare", "train", "train", "narrow", "train", "narrow", "evaluate"],
    ]);
    expect(calls[5]?.[1]).toMatchObject({ round: 1, candidate: { index: 0, name: "boosting" } });
    expect(last.get("evaluate")).toMatchObject({ rounds: 2, trained: [{ index: 0 }] });
    expect(last.get("end-run")).toMatchObject({ durations: { trainMs: [12, 12, 12] } });
  });

  it("plans, then stages each shard in a child of its own, then joins them, where asked", async () => {
    const { result, order, calls, read, last } = await train({ "start-run": distributed });

    expect(result).toBe("succeeded");
    expect(read).toEqual([["/shards", { Bucket: "BucketName", Key: "runs/m/run-1/sources.json" }]]);
    const staged = ["stage-source", "stage-source"];
    expect(order.slice(0, 5)).toEqual(["start-run", "prepare", ...staged, "prepare"]);
    const run = { model: "m", runId: "run-1", definitionDigest: digest };
    expect(calls[1]?.[1]).toEqual({ ...run, preparation: "plan" });
    expect(calls[2]?.[1]).toEqual({ ...run, shard: 0 });
    expect(calls[3]?.[1]).toEqual({ ...run, shard: 1 });
    expect(last.get("prepare")).toMatchObject({ ...run, preparation: "distributed-map" });
  });

  it("tries a child again whose worker was lost, and ends the run where it stays so", async () => {
    const lost = Object.assign(new Error("gone"), { name: "Lambda.Unknown" });
    const once: Answer = (_input, call) => {
      if (call === 1) throw lost;
      return {};
    };
    const flaky = await train({ "start-run": distributed, "stage-source": once });
    const broken = await train({ "start-run": distributed, "stage-source": throwing(lost) });

    expect(flaky.result).toBe("succeeded");
    expect(broken.result).toBeInstanceOf(ExecutionFailedError);
    const prepared = broken.calls.filter(([name]) => name === "prepare");
    expect(prepared.map(([, { preparation }]) => preparation)).toEqual(["plan"]);
    expect(broken.last.get("end-run")).toMatchObject({
      status: "failed",
      failure: { Error: "States.ExceedToleratedFailureThreshold" },
    });
  });

  it("registers a candidate that fails a gate as rejected, promotes nothing and says why", async () => {
    const reasons = ["rocAuc 0.5 is below the gate's 0.62"];
    const evaluate = () => ({
      ...(answers.evaluate?.({} as never, 1) as object),
      passed: false,
      reasons,
    });

    const { result, order, last } = await train({ evaluate });

    expect(result).toBe("succeeded");
    expect(order).not.toContain("promote");
    expect(last.get("register")).toMatchObject({ passed: false });
    expect(last.get("end-run")).toMatchObject({ status: "rejected" });
    expect(last.get("notify")).toMatchObject({ severity: "warning" });
    expect(last.get("notify")?.detail).toContain("below the gate");
  });

  it("leaves the alias to a person where the definition wants approval", async () => {
    const startRun = (input: never) => ({
      ...(answers["start-run"]?.(input, 1) as object),
      promotion: "approval",
    });

    const { order, last } = await train({ "start-run": startRun });

    expect(order).not.toContain("promote");
    expect(last.get("end-run")).toMatchObject({ status: "succeeded" });
    expect(last.get("notify")?.subject).toBe("m: version 3 waits for approval");
  });

  it("starts a rollout where the definition wants one, and ends without waiting for it", async () => {
    const { order, started, last } = await train({ "start-run": stepwise });

    expect(order).not.toContain("promote");
    expect(started).toEqual([
      {
        StateMachineArn: expect.stringContaining("rollout"),
        Input: { model: "m", version: 3, by: "me", why: "run run-1 passed its gates" },
      },
    ]);
    expect(last.get("end-run")).toMatchObject({ status: "succeeded" });
    expect(last.get("notify")?.subject).toBe("m: version 3 is being rolled out");
  });

  it.each([
    "start-run",
    "prepare",
    "train",
    "narrow",
    "evaluate",
    "register",
    "promote",
    "end-run",
    "notify",
  ])("tries %s again when it was throttled or its worker was lost", async (name) => {
    const lost = Object.assign(new Error("gone"), { name: "Lambda.Unknown" });
    const flaky: Answer = (input, call) => {
      if (call === 1) throw new UnavailableError("throttled");
      if (call === 2) throw lost;
      return answers[name]?.(input, call);
    };

    const { result, order } = await train({ [name]: flaky });

    expect(result).toBe("succeeded");
    expect(order.filter((other) => other === name).length).toBeGreaterThanOrEqual(3);
  });

  it.each(["prepare", "train", "narrow", "evaluate", "register", "promote"])(
    "records the failure of %s, does not try again, notifies and fails",
    async (name) => {
      const { result, order, last } = await train({
        [name]: throwing(new InvalidInputError("bad")),
      });

      expect(result).toBeInstanceOf(ExecutionFailedError);
      const attempts = order.filter((other) => other === name).length;
      expect(attempts).toBe(name === "train" ? 2 : 1);
      expect(last.get("end-run")).toEqual({
        model: "m",
        runId: "run-1",
        status: "failed",
        failure: {
          Error: "InvalidInputError",
          Cause: expect.stringMatching(
            /^{"errorType":"InvalidInputError","errorMessage":"bad","trace":\["InvalidInputError: bad",/,
          ),
        },
      });
      expect(last.get("notify")).toMatchObject({
        severity: "critical",
        failure: last.get("end-run")?.failure,
      });
    },
  );

  it("notifies when a run cannot even start, and has no record to end", async () => {
    const { result, order } = await train({ "start-run": throwing(new InvalidInputError("bad")) });

    expect(result).toBeInstanceOf(ExecutionFailedError);
    expect(order).toEqual(["start-run", "notify"]);
  });

  it("is not undone by an alert that cannot be sent", async () => {
    const { result, last } = await train({ notify: throwing(new InvalidInputError("no topic")) });

    expect(result).toBe("succeeded");
    expect(last.get("end-run")).toMatchObject({ status: "succeeded" });
  });

  it("fails, loudly, when neither the failure nor the alert can be written", async () => {
    const { result } = await train({
      prepare: throwing(new InvalidInputError("bad")),
      "end-run": throwing(new InvalidInputError("no table")),
      notify: throwing(new InvalidInputError("no topic")),
    });

    expect(result).toBeInstanceOf(ExecutionFailedError);
  });
});
