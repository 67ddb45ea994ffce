import { z } from "zod";
import { IntegrityError } from "../errors.ts";
import { parseStored } from "../stored-json.ts";

const count = z.int().min(0);

/** How a rule came out. skipped: there was nothing to judge it by, such as no last dataset. */
const ruleVerdict = z.enum(["passed", "quarantined", "warned", "failed", "skipped"]);

const findingSchema = z
  .strictObject({
    /** Name of the rule in the definition, or of one that every dataset is judged by. */
    rule: z.string(),
    /** What kind of rule it is. */
    check: z.string(),
    action: z.enum(["quarantine", "warn", "fail", "ignore"]),
    verdict: ruleVerdict,
    /** What was measured; null where nothing could be. */
    value: z.number().nullable(),
    min: z.number().optional(),
    max: z.number().optional(),
    /** Rows that break the rule, where rows are what it judges. */
    rows: count.optional(),
    /** What the value is of, in words. */
    detail: z.string().optional(),
  })
  .readonly();

const changesSchema = z
  .strictObject({
    added: z.array(z.string()).readonly(),
    dropped: z.array(z.string()).readonly(),
    retyped: z
      .array(z.strictObject({ column: z.string(), from: z.string(), to: z.string() }))
      .readonly(),
  })
  .readonly();

const worstRowSchema = z
  .strictObject({
    /** The source file that it stands in, where that is known. */
    file: z.string().optional(),
    /** What it breaks, such as `delay: above 5`. */
    broken: z.array(z.string()).readonly(),
    /** Values by column as text, cut to a length; null is missing. */
    values: z.record(z.string(), z.string().nullable()).readonly(),
  })
  .readonly();

const eventsSchema = z
  .strictObject({
    stream: z.string(),
    /** Files of history and of events that came in. */
    objects: count,
    rows: count,
    /** Events that break their contract: they do not count. */
    quarantined: count,
    /** The object that holds them; absent where none is. */
    quarantine: z.string().optional(),
  })
  .readonly();

const lastDatasetSchema = z.strictObject({ datasetDigest: z.string(), runId: z.string() });

const reportSchema = z
  .strictObject({
    format: z.literal(1),
    model: z.string(),
    runId: z.string(),
    owner: z.string(),
    /** Start of the run: what freshness is told from. */
    at: z.string().optional(),
    verdict: z.enum(["passed", "warned", "failed"]),
    /** Absent where there came to be none. */
    datasetDigest: z.string().optional(),
    /** What it was compared with. */
    last: lastDatasetSchema.optional(),
    rows: z
      .strictObject({
        read: count,
        quarantined: count,
        train: count.optional(),
        validation: count.optional(),
        test: count.optional(),
        outside: count.optional(),
      })
      .readonly(),
    findings: z.array(findingSchema).readonly(),
    source: z
      .strictObject({
        /** Types of the source's columns by name. */
        columns: z.record(z.string(), z.string()).readonly(),
        /** Against the source of the last dataset. */
        changes: changesSchema.optional(),
      })
      .readonly(),
    /** What the streams' past is like that aggregates were made of; absent without such. */
    events: z.array(eventsSchema).readonly().optional(),
    /** At most ten rows that break a rule, worst first. */
    worst: z.array(worstRowSchema).readonly(),
    /** Why nothing came of the data, where that is not a rule's doing. */
    error: z.string().optional(),
  })
  .readonly();

/** `quality.json` of a run: what its data was like. Canonical JSON; of equal data, equal text. */
export type QualityReport = z.output<typeof reportSchema>;
export type Finding = z.output<typeof findingSchema>;
export type SourceChanges = z.output<typeof changesSchema>;
export type ReadEvents = z.output<typeof eventsSchema>;
export type WorstRow = z.output<typeof worstRowSchema>;
/** The dataset that a run's data is compared with, and the run that made it. */
export type LastDataset = Readonly<z.output<typeof lastDatasetSchema>>;

/** Reads a stored report of any run. @throws {IntegrityError} if it is damaged. */
export const storedQualityReport = (bytes: Uint8Array): QualityReport =>
  parseStored(reportSchema, bytes, "data-quality report");

/**
 * Reads the stored report of a run.
 *
 * @throws {IntegrityError} if it is damaged, or another run's.
 */
export function parseQualityReport(
  bytes: Uint8Array,
  { model, runId }: { readonly model: string; readonly runId: string },
): QualityReport {
  const what = `data-quality report of run ${runId}`;
  const report = parseStored(reportSchema, bytes, what);
  if (report.model === model && report.runId === runId) return report;
  throw new IntegrityError(`${what} of ${model} says it is of ${report.runId} of ${report.model}`);
}

/** The worst of what the rules came to. */
export function overallVerdict(findings: readonly Finding[]): QualityReport["verdict"] {
  const verdicts = findings.map(({ verdict }) => verdict);
  if (verdicts.includes("failed")) return "failed";
  return verdicts.includes("warned") ? "warned" : "passed";
}
