import { z } from "zod";
import { METRIC_NAMES } from "../definition/metrics.ts";
import { IntegrityError } from "../errors.ts";
import type { GlobalContribution } from "../explain/global-contributions.ts";
import type { CandidateReport } from "../run/artifacts.ts";
import { contributionsSchema } from "../run/evaluation-results.ts";
import { parseStored } from "../stored-json.ts";

/** What evaluation reads of a candidate's `metrics.json`. */
type Findings = Pick<CandidateReport, "family" | "graphSha256" | "threshold" | "metrics"> & {
  readonly training: { readonly contributions?: readonly GlobalContribution[] };
};

const findings: z.ZodType<Findings> = z.object({
  family: z.string(),
  graphSha256: z.string(),
  threshold: z.number().min(0).max(1),
  metrics: z.partialRecord(z.enum(METRIC_NAMES), z.number()),
  training: z.object({ contributions: contributionsSchema.exactOptional() }),
});

/**
 * What training found of a candidate.
 *
 * @param expectedSha256 of the graph that the findings must be of
 * @throws {IntegrityError} if the stored file cannot be read, or is of another graph.
 */
export function parseCandidateReport(bytes: Uint8Array, expectedSha256: string): Findings {
  const found = parseStored(findings, bytes, "candidate report");
  if (found.graphSha256 === expectedSha256) return found;
  throw new IntegrityError(
    `stored candidate report is of graph ${found.graphSha256}, not of ${expectedSha256}; train it again`,
  );
}
