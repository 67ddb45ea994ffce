import { z } from "zod";
import { computeSchema } from "../definition/compute-schema.ts";
import { MODEL_NAME } from "../definition/model-name.ts";
import { InvalidInputError } from "../errors.ts";

const milliseconds = z.number().min(0);
const count = z.int().min(0);
const stored = z.object({ objects: count, bytes: count });

/**
 * What a cost is computed from: the definition's choices, and what was measured where the model runs.
 * null stands for what was not measured; nothing is put in its place.
 */
const measurementsSchema = z.object({
  model: z.string().regex(MODEL_NAME.pattern, MODEL_NAME.rule),
  /** Where it was measured: a local platform, or a deployed stack. */
  from: z.object({ kind: z.enum(["local", "stack"]), name: z.string() }),
  measuredAt: z.iso.datetime(),
  definition: z.object({
    candidates: z.array(z.string()).min(1),
    /** How many of them each round trains; absent: all in one. */
    rounds: z.array(z.int().min(1)).min(1).exactOptional(),
    sourceFiles: z.int().min(1),
    /** Model inputs; each has a drift metric. */
    inputs: count,
    /** Whether predicted classes have one, too; absent: no. */
    watchesClasses: z.boolean().exactOptional(),
    schedules: z.object({ training: z.string().optional(), monitoring: z.string().optional() }),
    driftWindowHours: z.number().positive(),
    compute: computeSchema,
  }),
  platform: z.object({
    architecture: z.enum(["x86_64", "arm64"]),
    alarms: count,
    dashboards: count,
    kmsKeys: count,
  }),
  /** The newest run that succeeded and kept its durations. */
  run: z
    .object({
      runId: z.string(),
      endedAt: z.string(),
      prepareMs: milliseconds,
      trainMs: z.array(milliseconds).min(1),
      evaluateMs: milliseconds,
      registerMs: milliseconds,
    })
    .nullable(),
  /** The newest drift check. */
  check: z.object({ durationMs: milliseconds }).nullable(),
  serving: z.object({
    /** Requests with one row: how many, how long they are billed, and how long they were worked on. */
    oneRow: z.object({ requests: count, meanMs: milliseconds, workMs: milliseconds }).nullable(),
    /** Of requests with at least 20 rows. */
    batch: z.object({ requests: count, meanMsPerRow: milliseconds }).nullable(),
    /** One prediction in the queue, as JSON. */
    queuedBytes: z.number().positive().nullable(),
    /** One prediction in Parquet. */
    loggedBytes: z.number().positive().nullable(),
    /** Of the function that writes the log: for each invocation. */
    logWriteMs: milliseconds.nullable(),
  }),
  storage: z.object({
    /** By the first part of their keys. */
    objects: z.record(z.string(), stored),
    /** Training runs that there are records of. */
    runs: count,
    /** Of the model's records in the registry, as JSON. */
    registryBytes: count,
  }),
});

export type Measurements = Readonly<z.output<typeof measurementsSchema>>;

/** How many candidates each round of a run trains. */
export const roundsOf = ({
  rounds,
  candidates,
}: Pick<Measurements["definition"], "rounds" | "candidates">): readonly number[] =>
  rounds ?? [candidates.length];

/** @throws {InvalidInputError} naming the first wrong place */
export function parseMeasurements(value: unknown): Measurements {
  const parsed = measurementsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidInputError(
    `measurements are wrong: ${issue?.path.join(".") || "(root)"}: ${issue?.message}`,
  );
}
