import { type AlwaysOn, alternatives, alwaysOnUsd, crossover } from "../../core/cost/always-on.ts";
import { costLine, total } from "../../core/cost/cost-line.ts";
import type { CostOptions } from "../../core/cost/estimate-cost.ts";
import type { Measurements } from "../../core/cost/measurements.ts";
import { type PriceTable, pricesOf } from "../../core/cost/price-table.ts";
import type { RegionPrices } from "../../core/cost/prices.ts";
import { requestMs, type ServingLoad, servingUses } from "../../core/cost/serving-cost.ts";
import { idleUses, storageUses } from "../../core/cost/storage-cost.ts";
import { RefusedError } from "../client.ts";
import { table } from "../table.ts";
import { dollars } from "./cost-text.ts";

/** Predictions a month that are compared. */
const AMOUNTS = [0, 10_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

export interface Comparison {
  /** That one request with one row is billed. */
  readonly requestMs: number;
  /** That an alternative works on it: what was measured, without waiting for a queue. */
  readonly workMs: number;
  readonly rows: readonly {
    readonly predictions: number;
    /** Serving, storage and the deployment itself. */
    readonly millrace: number;
    /** Of that, the function that answers: its requests, its compute and its reads of the registry. */
    readonly answering: number;
    /** By the alternative's name; null without a price. */
    readonly others: Readonly<Record<string, number | null>>;
  }[];
  /** From how many predictions a month Millrace is dearer; null if never, or without a price. */
  readonly crossovers: Readonly<Record<string, number | null>>;
}

/**
 * Compares a month of answering predictions one by one with what is paid by the hour.
 *
 * @throws {RefusedError} if no request was measured
 */
export function compare(
  measured: Measurements,
  table: PriceTable,
  options: Pick<CostOptions, "region" | "requestMs" | "logWriteMs">,
): Comparison {
  const { region, ...durations } = options;
  const loadOf = (predictions: number) => ({ ...durations, predictions, rowsPerRequest: 1 });
  const ms = requestMs(measured, loadOf(0));
  if (ms === null) {
    throw new RefusedError("no request was measured; ask for predictions, or give --request-ms");
  }
  const workMs = measured.serving.oneRow?.workMs ?? ms;
  const prices = pricesOf(table, region);
  const others = alternatives(prices);
  const priced = (predictions: number) => ({ measured, prices, load: loadOf(predictions) });
  const millrace = (predictions: number) => usdOf(priced(predictions));
  const crossed = ({ usdPerInstance, ...other }: AlwaysOn) =>
    usdPerInstance === null
      ? null
      : crossover(millrace, (n) => alwaysOnUsd({ usdPerInstance, ...other }, n, workMs) ?? 0);
  return {
    requestMs: ms,
    workMs,
    rows: AMOUNTS.map((predictions) => ({
      predictions,
      millrace: millrace(predictions),
      answering: answeringUsd(priced(predictions)),
      others: Object.fromEntries(
        others.map((other) => [other.name, alwaysOnUsd(other, predictions, workMs)]),
      ),
    })),
    crossovers: Object.fromEntries(others.map((other) => [other.name, crossed(other)])),
  };
}

interface Priced {
  readonly measured: Measurements;
  readonly prices: RegionPrices;
  readonly load: ServingLoad;
}

/** USD a month of serving, storage and the deployment itself. */
function usdOf({ measured, prices, load }: Priced): number {
  const uses = [...servingUses(measured, load), ...storageUses(measured), ...idleUses(measured)];
  return total(uses.map((use) => costLine(use, prices))).usd;
}

/** Items of serving without which there is no answer. */
const ANSWERING = ["predict: requests", "predict: compute", "registry reads"];

function answeringUsd({ measured, prices, load }: Priced): number {
  const uses = servingUses(measured, load).filter(({ item }) => ANSWERING.includes(item));
  return total(uses.map((use) => costLine(use, prices))).usd;
}

/** The comparison, for people. */
export function comparisonText({ rows, crossovers, requestMs, workMs }: Comparison): string {
  const amounts = rows.map(({ predictions, millrace, answering, others }) => ({
    "predictions a month": predictions.toLocaleString("en"),
    Millrace: dollars(millrace),
    "of that, answering": dollars(answering),
    ...Object.fromEntries(Object.entries(others).map(([name, usd]) => [name, dollars(usd)])),
  }));
  const crossed = Object.entries(crossovers).map(([name, predictions]) => {
    if (predictions === null) return `  ${name}: no such point, or no price`;
    return `  ${name}: ${predictions.toLocaleString("en")} predictions a month`;
  });
  return [
    "USD a month for answering predictions one a request",
    `billed ${requestMs.toFixed(2)} ms each; the others work ${workMs.toFixed(2)} ms on each`,
    table(amounts),
    "\nMillrace becomes dearer at",
    ...crossed,
  ].join("\n");
}
