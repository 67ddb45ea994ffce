import type { InferenceSession } from "onnxruntime-node";
import { IntegrityError } from "../../core/errors.ts";
import type { Scores } from "../../core/inference/scorer.ts";
import { watchedScores } from "../../core/inference/watched-scores.ts";

type Outputs = InferenceSession.OnnxValueMapType;

/** How the answers of one graph are read. */
export interface OutputReader {
  readonly names: readonly string[];
  read(outputs: Outputs, rows: number): Scores;
}

/** Readers by the names of a graph's outputs; the first whose names are all there reads it. */
const READERS: readonly OutputReader[] = [
  { names: ["label", "probabilities"], read: readClasses },
  { names: ["prediction", "quantiles"], read: readNumbers },
  { names: ["prediction"], read: readNumbers },
  {
    names: ["score"],
    read(outputs, rows) {
      const scores = floats(outputs, "score", rows);
      return { scores, predictions: scores };
    },
  },
];

/** @throws {IntegrityError} if a graph has the outputs of no task. */
export function outputReader(outputNames: readonly string[]): OutputReader {
  const reader = READERS.find(({ names }) => names.every((name) => outputNames.includes(name)));
  if (reader) return reader;
  throw new IntegrityError(
    `graph has outputs [${outputNames}], which are those of no task: label and probabilities, prediction, or score`,
  );
}

/** No rows: ONNX Runtime refuses some operators over none, so it is not asked. */
export const NO_SCORES: Scores = {
  scores: new Float32Array(0),
  predictions: new Float32Array(0),
  labels: new Uint8Array(0),
};

function readClasses(outputs: Outputs, rows: number): Scores {
  const probabilities = floats(outputs, "probabilities", undefined);
  const labels = dataOf(outputs, "label");
  const width = probabilities.length / rows;
  if (Array.isArray(labels) && labels.length === rows && width >= 2 && Number.isInteger(width)) {
    const scores = watchedScores(probabilities, { width, ofClasses: true });
    return { scores, predictions: probabilities, labels };
  }
  if (!(labels instanceof BigInt64Array) || labels.length !== rows) {
    throw new IntegrityError("graph output label is not int64 or string of shape [n]");
  }
  if (width !== 2) {
    throw new IntegrityError("graph output probabilities is not float32 of shape [n, 2]");
  }
  // loops: `from` calls a function for each of thousands of rows
  const positive = new Float32Array(rows);
  const classes = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    positive[row] = probabilities[2 * row + 1] as number;
    classes[row] = Number(labels[row]);
  }
  return { scores: positive, predictions: positive, labels: classes };
}

function readNumbers(outputs: Outputs, rows: number): Scores {
  const scores = floats(outputs, "prediction", rows);
  if (outputs.quantiles === undefined) return { scores, predictions: scores };
  const quantiles = floats(outputs, "quantiles", undefined);
  const count = quantiles.length / rows;
  if (!Number.isInteger(count)) {
    throw new IntegrityError("graph output quantiles is not float32 of shape [n, quantiles]");
  }
  const predictions = new Float32Array(rows * (1 + count));
  for (let row = 0; row < rows; row++) {
    predictions[row * (1 + count)] = scores[row] as number;
    predictions.set(quantiles.subarray(row * count, (row + 1) * count), row * (1 + count) + 1);
  }
  return { scores, predictions };
}

function floats(outputs: Outputs, name: string, length: number | undefined): Float32Array {
  const data = dataOf(outputs, name);
  if (data instanceof Float32Array && (length === undefined || data.length === length)) return data;
  throw new IntegrityError(
    `graph output ${name} is not float32${length === undefined ? "" : " of shape [n]"}`,
  );
}

function dataOf(outputs: Outputs, name: string): unknown {
  const value = outputs[name];
  return value !== undefined && "data" in value ? value.data : undefined;
}
