import { testMetricsInWords } from "../core/evaluation/metric-words.ts";
import type { RunRecord, VersionRecord } from "../core/registry/records.ts";
import type { Execution } from "../local/executions.ts";
import type { Client } from "./client.ts";

/**
 * How a run ended, in one line.
 *
 * @param run its record; null if it failed before its first state
 */
export async function runSummary(
  client: Client,
  model: string,
  run: RunRecord | null,
  { error }: Execution,
): Promise<string> {
  if (run === null) return `failed: ${error}`;
  const { status, version } = run;
  if (run.error) return `${status}: ${run.error.name}: ${run.error.message}`;
  if (version === undefined) return status;
  const path = `/api/models/${encodeURIComponent(model)}/versions/${version}`;
  const { reasons, metrics } = (await client.call("GET", path)) as VersionRecord;
  const found = reasons.join("; ") || testMetricsInWords(metrics);
  return `${status}: version ${version}: ${found}`;
}
