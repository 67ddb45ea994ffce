import { type Task, widthOf } from "../definition/task.ts";
import { DataContractError, InvalidInputError } from "../errors.ts";
import { softmax } from "../training/predictions.ts";
import type { Labels } from "../training/training-frame.ts";
import { fitIsotonic, type IsotonicCurve, interpolate } from "./isotonic.ts";
import { logOddsAgainstRest, normaliseRows } from "./one-versus-rest.ts";
import { fitPlatt, type PlattCurve, plattProbability } from "./platt.ts";
import { fitTemperature } from "./temperature.ts";

export type CalibrationMethod = "platt" | "isotonic" | "temperature";

/**
 * How raw scores become probabilities that can be believed. Plain JSON.
 *
 * Binary: one curve over the log-odds. Multiclass: a curve for each class over its log-odds against
 * the rest, then divided by their sum; or one temperature for all.
 */
export type Calibration =
  | { readonly method: "platt"; readonly curves: readonly PlattCurve[] }
  | { readonly method: "isotonic"; readonly curves: readonly IsotonicCurve[] }
  /** Probabilities are softmax(scores / temperature). */
  | { readonly method: "temperature"; readonly temperature: number };

/** Rows of the validation split. */
export interface CalibrationRows {
  /** Raw scores, row by row, shape [rows * width], finite. */
  readonly scores: Float64Array;
  /** Binary 0 or 1, multiclass the index of the class; shape [rows]. */
  readonly labels: Labels;
  /** Finite and >= 0, shape [rows]; a row of weight 0 is not looked at. Absent: each counts 1. */
  readonly weights?: Float64Array | undefined;
}

/**
 * Fits a calibration. It never turns the order of two scores of a binary model around: where higher
 * scores do not go with class 1, every score gets the same probability.
 *
 * @throws {InvalidInputError} if the task has no probabilities, temperature is asked for a binary
 *   one, lengths differ, a score is not finite, or a weight is negative or not finite.
 * @throws {DataContractError} if fewer than two classes have a row of weight above 0.
 */
export function fitCalibration(
  method: CalibrationMethod,
  task: Task,
  rows: CalibrationRows,
): Calibration {
  const width = checkedWidth(method, task);
  const used = usedRows(rows, width);
  if (method === "temperature") {
    return { method, temperature: fitTemperature(used.scores, used.labels, used.weights, width) };
  }
  const logOdds = task.type === "binary" ? used.scores : logOddsAgainstRest(used.scores, width);
  const columns = Array.from({ length: width }, (_, k) => ({
    scores: Float64Array.from(used.labels, (_label, row) => logOdds[row * width + k] as number),
    labels: task.type === "binary" ? used.labels : used.labels.map((of) => (of === k ? 1 : 0)),
    weights: used.weights,
  }));
  return method === "platt"
    ? { method, curves: columns.map(fitPlatt) }
    : { method, curves: columns.map(fitIsotonic) };
}

/**
 * Calibrated probabilities of raw scores: of class 1, or of each class.
 *
 * @param scores row by row, shape [rows * width]
 * @returns the same shape, each in 0..1; rows of a multiclass model add up to 1
 */
export function calibrate(
  calibration: Calibration,
  task: Task,
  scores: Float64Array,
): Float64Array {
  const width = widthOf(task);
  if (calibration.method === "temperature") {
    return softmax(
      scores.map((score) => score / calibration.temperature),
      width,
    );
  }
  const curves = curvesOf(calibration);
  const onCurves = (logOdds: Float64Array) =>
    logOdds.map((value, i) => (curves[i % width] as (logOdds: number) => number)(value));
  if (task.type === "binary") return onCurves(scores);
  return normaliseRows(onCurves(logOddsAgainstRest(scores, width)), width);
}

function curvesOf(
  calibration: Exclude<Calibration, { readonly method: "temperature" }>,
): readonly ((logOdds: number) => number)[] {
  return calibration.method === "platt"
    ? calibration.curves.map((curve) => (logOdds: number) => plattProbability(curve, logOdds))
    : calibration.curves.map((curve) => (logOdds: number) => interpolate(curve, logOdds));
}

function checkedWidth(method: CalibrationMethod, task: Task): number {
  if (task.type !== "binary" && task.type !== "multiclass") {
    throw new InvalidInputError(
      `calibration needs a binary or multiclass target, got ${task.type}: set calibration.method to none`,
    );
  }
  if (method === "temperature" && task.type === "binary") {
    throw new InvalidInputError(
      "calibration by temperature is for multiclass targets, got binary: use platt, which has a slope and an intercept",
    );
  }
  return widthOf(task);
}

/** The rows whose weight is above 0, checked. */
function usedRows({ scores, labels, weights }: CalibrationRows, width: number) {
  const rows = labels.length;
  if (scores.length !== rows * width || (weights !== undefined && weights.length !== rows)) {
    throw new InvalidInputError(
      `calibration of ${rows} labels needs ${rows * width} scores and as many weights as labels, got ${scores.length} and ${weights?.length ?? "none"}`,
    );
  }
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) {
    throw new InvalidInputError(`score ${bad} must be finite to calibrate, got ${scores[bad]}`);
  }
  const badWeight = weights?.findIndex((weight) => !(weight >= 0 && weight < Infinity)) ?? -1;
  if (badWeight >= 0) {
    throw new InvalidInputError(
      `weight of row ${badWeight} must be finite and not negative, got ${weights?.[badWeight]}`,
    );
  }
  const kept = Uint32Array.from(labels.keys()).filter((row) => weights?.[row] !== 0);
  const used = {
    scores: scores.filter((_, i) => weights?.[Math.floor(i / width)] !== 0),
    labels: Uint8Array.from(kept, (row) => labels[row] as number),
    weights: Float64Array.from(kept, (row) => weights?.[row] ?? 1),
  };
  if (new Set(used.labels).size < 2) {
    throw new DataContractError(
      `validation split has ${kept.length} rows of weight above 0 and not two classes among them; calibration needs two: change the split or set calibration.method to none`,
    );
  }
  return used;
}
