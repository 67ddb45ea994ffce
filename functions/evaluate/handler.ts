import { canonicalJson } from "../../core/canonical-json.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import { taskOf } from "../../core/definition/task.ts";
import { ConflictError } from "../../core/errors.ts";
import { buildRunReport } from "../../core/evaluation/build-run-report.ts";
import { chooseCandidate } from "../../core/evaluation/choose-candidate.ts";
import { chosenFindings } from "../../core/evaluation/chosen-findings.ts";
import type { OpenDataset } from "../../core/evaluation/open-dataset.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type EvaluateOutput, evaluateInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { parseRoundRecord, type RoundRecord } from "../../core/run/round-record.ts";
import { type CandidateResult, parseRunReport, type RunReport } from "../../core/run/run-report.ts";
import { selectionMetric } from "../../core/search/plan-round.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import {
  judgedBy,
  type ScoredCandidate,
  type ScoringDeps,
  scoreCandidate,
  withGraph,
} from "./score-candidates.ts";
import { type ChampionDeps, scoreChampion } from "./score-champion.ts";

export interface EvaluateDeps extends ScoringDeps, ChampionDeps {
  readonly store: Pick<ObjectStore, "get" | "put" | "head">;
  readonly loadDefinition: LoadDefinition;
  readonly openDataset: OpenDataset;
}

/**
 * Chooses a candidate on the validation split, measures it and the champion on the test split and
 * applies the gates. A run is evaluated once: a retry finds the report and repeats its answer, even if
 * the champion has changed since.
 */
export const makeHandler =
  (deps: EvaluateDeps) =>
  async (event: unknown): Promise<EvaluateOutput> => {
    const { trained, rounds, ...run } = parseMessage(evaluateInput, event);
    const reportKey = storageKeys.runReport(run.model, run.runId);
    if (await deps.store.head(reportKey)) {
      return answer(sameRun(parseRunReport(await deps.store.get(reportKey)), run), reportKey);
    }

    const loaded = await deps.loadDefinition(run.model, run.definitionDigest);
    const { definition } = loaded;
    const judged = judgedBy(loaded);
    const dataset = await deps.openDataset(run.model, run.datasetDigest);
    const task = taskOf(definition.target);
    const test = await dataset.split("test");
    const scored: ScoredCandidate[] = [];
    for (const candidate of trained.toSorted((a, b) => a.index - b.index)) {
      scored.push(await scoreCandidate(deps, { ...run, task }, candidate, test, judged));
    }

    const metric = selectionMetric(definition);
    const best = chooseCandidate(scored, metric);
    const { predictions, graphPredictions, contributions } = best;
    const chosen = resultOf(best);
    const candidates = scored.map(resultOf);
    const today = { definitionDigest: run.definitionDigest, task };
    const champion = await scoreChampion(deps, run.model, today, test);
    const { threshold } = chosen;
    const findings = await withGraph(deps, run, chosen, (score) =>
      chosenFindings({ definition, task, metric, test, predictions, threshold, score }),
    );
    const report = buildRunReport({
      ...{ run, definition, test, candidates, chosen, predictions, findings, champion },
      graphPredictions,
      ...(contributions && { contributions }),
      rounds: await readRounds(deps, run, rounds),
    });
    await deps.store.put(reportKey, canonicalJson(report));
    return answer(report, reportKey);
  };

/** What the report says of every candidate. */
function resultOf(scored: ScoredCandidate): CandidateResult {
  const { predictions: _all, graphPredictions: _graphs, contributions: _its, ...result } = scored;
  return result;
}

const readRounds = (
  { store }: Pick<EvaluateDeps, "store">,
  { model, runId }: Pick<RunReport, "model" | "runId">,
  rounds: number,
): Promise<readonly RoundRecord[]> =>
  Promise.all(
    Array.from({ length: rounds }, async (_, round) =>
      parseRoundRecord(await store.get(storageKeys.round(model, runId, round))),
    ),
  );

/** Reasons that a state carries; the report has all of them. */
const MOST_REASONS = 10;

function answer(report: RunReport, reportKey: string): EvaluateOutput {
  const { passed, candidate, metrics, champion } = report;
  const reasons = report.reasons.slice(0, MOST_REASONS);
  const left = report.reasons.length - reasons.length;
  if (left > 0) reasons.push(`and ${left} more gates, see the run's report`);
  return { passed, reasons, candidate, metrics, champion: champion?.version ?? null, reportKey };
}

function sameRun(
  report: RunReport,
  { definitionDigest, datasetDigest }: Pick<RunReport, "definitionDigest" | "datasetDigest">,
): RunReport {
  if (report.definitionDigest === definitionDigest && report.datasetDigest === datasetDigest) {
    return report;
  }
  throw new ConflictError(
    `run ${report.runId} of ${report.model} was evaluated on dataset ${report.datasetDigest}, now it is asked for ${datasetDigest}`,
  );
}
