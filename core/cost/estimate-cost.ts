import { runsPerMonth } from "../schedule/runs-per-month.ts";
import { type CostLine, costLine, repeated, total, type Use, withoutFree } from "./cost-line.ts";
import type { Measurements } from "./measurements.ts";
import { driftCheckUses, driftMetricUses } from "./monitoring-cost.ts";
import { logFlushes } from "./prediction-log-use.ts";
import { type PriceTable, pricesOf } from "./price-table.ts";
import { type ServingLoad, servingUses } from "./serving-cost.ts";
import { idleUses, storageUses } from "./storage-cost.ts";
import { trainingRunUses } from "./training-cost.ts";

export interface CostOptions {
  readonly region: string;
  /** Predictions a month, one a request. */
  readonly predictions: number;
  /** In place of the measured duration of a request with one row. */
  readonly requestMs?: number;
  /** In place of the measured duration of an invocation that writes the prediction log. */
  readonly logWriteMs?: number;
  /** Takes off what AWS gives for free each month, from the month's total. */
  readonly takesOffFree?: boolean;
}

export interface CostSection {
  readonly id: "run" | "training" | "monitoring" | "serving" | "batches" | "storage" | "idle";
  readonly title: string;
  readonly lines: readonly CostLine[];
  readonly usd: number;
  /** Whether every line was measured and has a price. */
  readonly isComplete: boolean;
}

export interface CostEstimate {
  readonly model: string;
  readonly region: string;
  readonly sections: readonly CostSection[];
  /** Training, monitoring and serving as scheduled and asked, storage, and what is always there. */
  readonly month: { readonly usd: number; readonly isComplete: boolean };
}

/** Rows in a request of the second way to serve. */
export const BATCH_ROWS = 100;

/**
 * What a model costs, from what was measured and a table of prices.
 *
 * @throws {InvalidInputError} if the table has no such region, or a schedule is none
 */
export function estimateCost(
  measured: Measurements,
  table: PriceTable,
  options: CostOptions,
): CostEstimate {
  const { region, predictions } = options;
  const prices = pricesOf(table, region);
  const { schedules, candidates } = measured.definition;
  const section = (id: CostSection["id"], title: string, uses: readonly Use[]): CostSection => {
    const lines = uses.map((use) => costLine(use, prices));
    return { id, title, lines, ...total(lines) };
  };

  const amount = predictions.toLocaleString("en");
  const training = scheduled(schedules.training, trainingRunUses(measured));
  const serving = section(
    "serving",
    `serving ${amount} predictions a month, one a request`,
    servingUses(measured, loadOf(options, 1)),
  );
  const monthly = [
    section("training", training.title("training"), training.uses),
    monitoringSection(measured, options, section),
    serving,
    section("storage", "keeping what is stored, a month", storageUses(measured)),
    section("idle", "the deployment itself, a month, shared by its models", idleUses(measured)),
  ];
  const lines = monthly.flatMap((part) => part.lines);
  return {
    model: measured.model,
    region,
    sections: [
      section(
        "run",
        `one training run, ${candidates.length} candidates`,
        trainingRunUses(measured),
      ),
      ...monthly.slice(0, 3),
      section(
        "batches",
        `serving ${amount} predictions a month, ${BATCH_ROWS} a request`,
        servingUses(measured, loadOf(options, BATCH_ROWS)),
      ),
      ...monthly.slice(3),
    ],
    month: total(options.takesOffFree ? withoutFree(lines, table) : lines),
  };
}

/** A request of many rows lasts as was measured: what is given is of one row. */
const loadOf = (
  { predictions, requestMs, logWriteMs }: CostOptions,
  rowsPerRequest: number,
): ServingLoad => ({
  predictions,
  rowsPerRequest,
  ...(requestMs !== undefined && rowsPerRequest === 1 && { requestMs }),
  ...(logWriteMs !== undefined && { logWriteMs }),
});

/** Uses of a month, and a title that says how often, by a schedule. */
function scheduled(cron: string | undefined, uses: readonly Use[]) {
  const times = cron === undefined ? 0 : runsPerMonth(cron);
  const often = `${Math.round(times * 100) / 100} a month`;
  const start: Use = {
    item: "schedule",
    price: "schedulerUsdPerInvocation",
    quantity: 1,
    how: "1 start",
  };
  return {
    times,
    uses: times === 0 ? [] : repeated([...uses, start], times, often),
    title: (what: string) =>
      cron === undefined ? `${what} a month: no schedule` : `${what} a month: ${cron}, ${often}`,
  };
}

function monitoringSection(
  measured: Measurements,
  { predictions }: CostOptions,
  section: (id: "monitoring", title: string, uses: readonly Use[]) => CostSection,
): CostSection {
  const { queuedBytes } = measured.serving;
  const files =
    queuedBytes && logFlushes({ requests: predictions, rowsPerRequest: 1, queuedBytes });
  const checks = scheduled(
    measured.definition.schedules.monitoring,
    driftCheckUses(measured, predictions === 0 ? 0 : files),
  );
  const metrics = driftMetricUses(measured, checks.times);
  return section("monitoring", checks.title("monitoring"), [...checks.uses, ...metrics]);
}
