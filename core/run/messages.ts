import { z } from "zod";
import type { CheckedDefinition } from "../definition/model-definition.ts";
import { RUNBOOKS } from "../observability/runbooks.ts";
import type { LastDataset } from "../quality/quality-report.ts";
import { ALIAS_NAMES, type Metrics } from "../registry/records.ts";
import type { Round } from "../search/plan-round.ts";
import type { TrainingPlace } from "./compute-places.ts";
import { executionName, modelName } from "./message-names.ts";

/**
 * What the states of `training.asl.json` and `monitoring.asl.json` pass to each other: names,
 * digests, keys and small summaries, never data. Each task's handler parses its input by the schema
 * here and returns the type beside it.
 */
const model = modelName;
const runId = executionName;
const digest = z.string().regex(/^[0-9a-f]{64}$/, "must be a sha-256 in hex");

/** Step Functions' error output: the name, and the thrown error as JSON text. */
const failure = z.object({ Error: z.string(), Cause: z.string().optional() });

const run = z.object({ model, runId, definitionDigest: digest });

/** A version, and the digest of its manifest as the registry has it. */
const earlierVersion = z.object({ version: z.int().positive(), manifestSha256: digest });
export type EarlierVersion = Readonly<z.output<typeof earlierVersion>>;

/** The dataset that a run's data is compared with, and the run that made it. */
const lastDataset = z.object({ datasetDigest: digest, runId });

export const startRunInput = z.object({
  model,
  runId,
  // Both go through every state of the run.
  reason: z.string().min(1).max(500),
  requestedBy: z.string().min(1).max(200),
});
export interface StartRunOutput {
  readonly model: string;
  readonly runId: string;
  readonly definitionDigest: string;
  readonly reason: string;
  readonly requestedBy: string;
  /** Where the training rounds stand: before the first. */
  readonly search: SearchState;
  /**
   * Champion when the run began, for candidates that go on from it; null without one, or where none
   * does.
   */
  readonly continueFrom: EarlierVersion | null;
  /** Who answers for the model and its data. */
  readonly owner: string;
  /** When the run began: what its data's age is told from. */
  readonly startedAt: string;
  /** What the champion of the run's start was trained on, or else the last run; null without either. */
  readonly lastDataset: LastDataset | null;
  readonly promotion: "automatic" | "rollout" | "approval";
  /** Where the run does its heavy work. */
  readonly compute: {
    readonly preparation: CheckedDefinition["compute"]["preparation"];
    readonly training: TrainingPlace;
  };
}

export const stageSourceInput = run.extend({
  /** Its place in the run's source plan. */
  shard: z.int().min(0),
});
export type StageSourceOutput =
  | { readonly shard: number; readonly usable: false }
  | {
      readonly shard: number;
      readonly usable: true;
      readonly files: number;
      readonly read: number;
      readonly quarantined: number;
    };

export const prepareInput = run.extend({
  /**
   * plan: the objects of the source are fixed, and no more. distributed-map: every one of them has been
   * staged by `stage-source`.
   */
  preparation: z.enum(["lambda", "distributed-map", "plan"]).default("lambda"),
  /** When the run began. */
  startedAt: z.iso.datetime().optional(),
  /** What the data is compared with. */
  last: lastDataset.nullable().default(null),
});
/** What a plan answers. */
export interface PlanOutput {
  readonly objects: number;
  readonly shards: number;
  readonly sizeBytes: number;
}
export interface PrepareOutput {
  readonly datasetDigest: string;
  readonly rows: {
    readonly read: number;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly outside: number;
    readonly quarantined: number;
  };
  /** True where the dataset had been prepared before. */
  readonly reused: boolean;
  /** What the data is like; the report says more. */
  readonly quality: {
    readonly verdict: "passed" | "warned" | "failed";
    /** Rules that are broken. */
    readonly broken: number;
    readonly reportKey: string;
  };
}

const candidateIndex = z.int().min(0);
const members = z
  .array(z.object({ index: candidateIndex, graphSha256: digest }))
  .min(2)
  .max(8);
const roundCandidate = z.object({
  index: candidateIndex,
  name: z.string(),
  /** Share of the training rows. */
  rowShare: z.number().gt(0).max(1).default(1),
  /** Of the ensemble: what it is made of. */
  members: members.exactOptional(),
});
const roundNumber = z.int().min(0);

export const trainInput = run.extend({
  datasetDigest: digest,
  /** Round of the search. */
  round: roundNumber.default(0),
  candidate: roundCandidate,
  /** What candidates go on from that are to. */
  continueFrom: earlierVersion.nullable().default(null),
});
export const trainOutput = z.object({
  index: candidateIndex,
  name: z.string(),
  /** Of `candidate.onnx`; absent where a share of the rows was trained on, and nothing is kept. */
  graphSha256: digest.exactOptional(),
  /** The selection's metric, on the validation split. */
  metrics: z.custom<Metrics>((value) => typeof value === "object" && value !== null),
  /** How long training took, where it is not the state's own duration. */
  durationMs: z.int().min(0).exactOptional(),
});
export type TrainOutput = Readonly<z.output<typeof trainOutput>>;

const searchState = z.object({
  /** The round that was trained. */
  round: z.object({ number: roundNumber, candidates: z.array(roundCandidate).min(1) }),
  /** Candidates of earlier rounds that saw all rows. */
  finalists: z.array(trainOutput.extend({ graphSha256: digest })),
  /** How long each training of earlier rounds took. */
  trainMs: z.array(z.number().min(0)),
});

export const narrowInput = run.extend({
  search: searchState.extend({ trained: z.array(trainOutput).min(1) }),
});
/** Where the rounds of a run's training stand. */
export interface SearchState {
  /** The round to train next. */
  readonly round: Round;
  /** Candidates that saw all rows, so that evaluation can choose among them. */
  readonly finalists: readonly (TrainOutput & { readonly graphSha256: string })[];
  /** How long each training so far took, round by round. */
  readonly trainMs: readonly number[];
}
export interface NarrowOutput extends SearchState {
  /** Whether there is no further round. */
  readonly done: boolean;
}

export const evaluateInput = run.extend({
  datasetDigest: digest,
  trained: z.array(z.object({ index: z.int(), name: z.string(), graphSha256: digest })).min(1),
  /** Rounds that were trained and have a record. */
  rounds: roundNumber.default(0),
});
export interface EvaluateOutput {
  /** Whether the chosen candidate passed every gate. */
  readonly passed: boolean;
  readonly reasons: readonly string[];
  readonly candidate: { readonly index: number; readonly name: string };
  /** Of the chosen candidate, on the test split. */
  readonly metrics: Metrics;
  /** Version that was champion when the gates were applied; null without one. */
  readonly champion: number | null;
  readonly reportKey: string;
}

export const registerInput = run.extend({
  datasetDigest: digest,
  requestedBy: z.string(),
  passed: z.boolean(),
});
export interface RegisterOutput {
  readonly version: number;
  readonly status: "registered" | "rejected";
}

export const promoteInput = z.object({
  model,
  version: z.int().positive(),
  alias: z.enum(ALIAS_NAMES).default("champion"),
  /** Where the alias must still point; null is nowhere. Not checked if absent. */
  expected: z.int().positive().nullable().optional(),
  by: z.string().min(1),
  why: z.string().min(1),
});
export interface PromoteOutput {
  readonly alias: string;
  /** null: the alias pointed nowhere. */
  readonly from: number | null;
  readonly to: number;
}

const milliseconds = z.number().min(0);
const durations = z.object({
  prepareMs: milliseconds,
  /** One a training: round by round, in a round by the candidates' order. */
  trainMs: z.array(milliseconds).min(1),
  evaluateMs: milliseconds,
  registerMs: milliseconds,
});

export const endRunInput = z.object({
  model,
  runId,
  status: z.enum(["succeeded", "rejected", "failed"]),
  datasetDigest: digest.optional(),
  /** How long the heavy tasks took; a run that failed has none. */
  durations: durations.optional(),
  failure: failure.optional(),
});
export interface EndRunOutput {
  readonly status: string;
}

export const notifyInput = z.object({
  severity: z.enum(["info", "warning", "critical"]),
  // Whatever was asked for: that there is no such model may be what the alert is about.
  model: z.string().min(1),
  subject: z.string(),
  detail: z.string().optional(),
  /** The error to be told of, in place of a detail. */
  failure: failure.optional(),
  reportKey: z.string().optional(),
  /** Of a data-quality report: what it says is the detail. */
  qualityKey: z.string().optional(),
  /** The execution that tells, whatever it is called: a name that is refused may be what failed it. */
  runId: z.string().optional(),
  /** What to do about it. */
  runbook: z.enum(RUNBOOKS).optional(),
});

export const checkDriftInput = z.object({
  /** The execution that asks. A retry is of the same one, and must find the same. */
  execution: z.object({ name: executionName, startedAt: z.iso.datetime() }),
  /** What the execution was started with. */
  input: z.object({
    model,
    /** End of the window, ISO 8601; the execution's start if absent. */
    until: z.iso.datetime({ offset: true }).optional(),
  }),
});
export interface CheckDriftOutput {
  readonly verdict: "stable" | "drifted" | "not-enough-data" | "no-champion";
  /** null without a champion. */
  readonly version: number | null;
  readonly predictions: number;
  /** Names of what drifted, worst first, at most ten. */
  readonly drifted: readonly string[];
  readonly reportKey: string;
}
