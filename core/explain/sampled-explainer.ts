import type { Task } from "../definition/task.ts";
import type { Scores, ScoringColumns } from "../inference/scorer.ts";
import { type Random, seededRandom } from "../training/random.ts";
import type { ExplainedPrediction, ExplainedScale, VersionExplainer } from "./version-explainer.ts";

/** Rows that the graph is asked about to explain one. */
const MOST_STATES = 2_000;

/** Orders and their reverses that each background row is used with, where inputs are few. */
const MOST_ROUNDS = 5;

export interface SampledGraph {
  readonly task: Task;
  /** Names, in the order of contributions. */
  readonly inputs: readonly string[];
  /** Rows that stand for what is not known, at least one. */
  readonly background: ScoringColumns;
  readonly backgroundRows: number;
  readonly score: (columns: ScoringColumns) => Promise<Scores>;
}

/**
 * Explains any graph by sampled Shapley values of what it answers: inputs of a background row become the
 * row's own one after the other, in an order drawn at random and in its reverse, and each input is credited
 * with what its step changed (Castro, Gómez and Tejada 2009, "Polynomial calculation of the Shapley value
 * based on sampling"; reverses as Mitchell and others 2022, "Sampling permutations for Shapley value
 * estimation"). Steps of one order add up to the answer less the background row's, and each background row is
 * used as often, so the sum is exact however few the samples are.
 *
 * One row asks the graph about 2,000 rows at most, but two orders are always looked at.
 */
export function sampledExplainer(graph: SampledGraph): VersionExplainer {
  const { task, inputs, score } = graph;
  const steps = Math.max(2 * (inputs.length - 1), 1);
  const affordable = Math.floor(MOST_STATES / steps);
  const used = Math.min(Math.max(affordable, 1), graph.backgroundRows);
  const rounds = Math.min(Math.max(Math.floor(affordable / used), 1), MOST_ROUNDS);
  const background = firstRows(graph.background, used);
  let answers: Promise<Scores> | undefined;
  return {
    method: "sampled",
    scale: SCALES[task.type],
    samples: 2 * used * rounds,
    inputs,
    sizeBytes: used * inputs.length * BYTES_PER_VALUE,
    async contributions(of) {
      // A failure is not kept: the next request asks again.
      answers ??= score(background).catch((error) => {
        answers = undefined;
        throw error;
      });
      const starts = predictionsAt(await answers, used, of.at);
      const walks = drawnWalks(seededRandom(of.seed), inputs.length, { used, rounds });
      const states = walkStates({ inputs, background, of }, walks);
      const between = inputs.length - 1;
      const middle =
        between === 0
          ? new Float64Array(0)
          : predictionsAt(await score(states), walks.length * between, of.at);
      return credited(walks, { starts, middle, end: of.answered });
    },
  };
}

const BYTES_PER_VALUE = 16;

const SCALES: Readonly<Record<Task["type"], ExplainedScale>> = {
  binary: "probability",
  multiclass: "probability",
  regression: "prediction",
  ranking: "score",
};

/** A background row, and the order in which inputs become the explained row's. */
interface Walk {
  readonly from: number;
  readonly order: readonly number[];
}

function drawnWalks(
  random: Random,
  inputs: number,
  { used, rounds }: { readonly used: number; readonly rounds: number },
): readonly Walk[] {
  return Array.from({ length: used * rounds }, (_, i) => {
    const order = shuffled(random, inputs);
    const from = i % used;
    return [
      { from, order },
      { from, order: order.toReversed() },
    ];
  }).flat();
}

/** 0..count - 1 in an order drawn at random: Fisher and Yates. */
function shuffled(random: Random, count: number): readonly number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((random.nextUint32() / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

interface Walked {
  readonly inputs: readonly string[];
  readonly background: ScoringColumns;
  readonly of: Pick<ExplainedPrediction, "columns" | "row">;
}

/** Each walk's rows between its start and its end, inputs - 1 of them. */
function walkStates({ inputs, background, of }: Walked, walks: readonly Walk[]): ScoringColumns {
  const between = inputs.length - 1;
  const stepOf = walks.map(({ order }) => {
    const steps = new Int32Array(order.length);
    order.forEach((input, step) => {
      steps[input] = step;
    });
    return steps;
  });
  const columns = inputs.map((name, input) => {
    const source = background[name] as Float32Array | readonly string[];
    const own = of.columns[name]?.[of.row];
    const valueAt = (state: number) => {
      const walk = Math.floor(state / between);
      const isOwn = (stepOf[walk]?.[input] as number) <= state % between;
      return isOwn ? own : source[walks[walk]?.from as number];
    };
    const length = walks.length * between;
    const column =
      source instanceof Float32Array
        ? Float32Array.from({ length }, (_, state) => valueAt(state) as number)
        : Array.from({ length }, (_, state) => valueAt(state) as string);
    return [name, column] as const;
  });
  return Object.fromEntries(columns);
}

/** The mean over walks of what each input's step changed, and last the mean of the starts. */
function credited(
  walks: readonly Walk[],
  answers: {
    /** Of each background row. */
    readonly starts: Float64Array;
    /** Of each walk's rows in between. */
    readonly middle: Float64Array;
    readonly end: number;
  },
): Float64Array {
  const { starts, middle, end } = answers;
  const inputs = walks[0]?.order.length as number;
  const found = new Float64Array(inputs + 1);
  walks.forEach(({ from, order }, walk) => {
    let before = starts[from] as number;
    found[inputs] = (found[inputs] as number) + before / walks.length;
    order.forEach((input, step) => {
      const after = step === inputs - 1 ? end : (middle[walk * (inputs - 1) + step] as number);
      found[input] = (found[input] as number) + (after - before) / walks.length;
      before = after;
    });
  });
  return found;
}

/** One prediction of each row. */
function predictionsAt({ predictions }: Scores, rows: number, at: number): Float64Array {
  const width = predictions.length / rows;
  return Float64Array.from({ length: rows }, (_, row) => predictions[row * width + at] as number);
}

const firstRows = (columns: ScoringColumns, rows: number): ScoringColumns =>
  Object.fromEntries(Object.entries(columns).map(([name, own]) => [name, own.slice(0, rows)]));
