import type { Objective, ObjectiveRows, Scores } from "./objective.ts";

/** Share that a class without rows begins with; LightGBM's kEpsilon. */
const LEAST_SHARE = 1e-15;

/**
 * -ln of the softmax probability of the class that the row has: one tree a class and round. Hessians are
 * K / (K - 1) p (1 - p), as in Friedman (2001) and LightGBM.
 */
export function softmaxObjective(classes: number): Objective {
  const factor = classes / (classes - 1);
  return {
    name: "softmax",
    targets: classes,
    link: "identity",
    baseScores(rows) {
      const mass = new Float64Array(classes);
      eachWeight(rows, (row, weight) => {
        const label = rows.labels[row] as number;
        mass[label] = (mass[label] as number) + weight;
      });
      const whole = mass.reduce((a, b) => a + b, 0);
      return mass.map((one) => Math.log(Math.max(one / whole, LEAST_SHARE)));
    },
    loss(rows, scores) {
      const normalisers = logSums(rows.rows, scores);
      let sum = 0;
      let mass = 0;
      eachWeight(rows, (row, weight) => {
        const own = scores[rows.labels[row] as number]?.[row] as number;
        sum += weight * ((normalisers[row] as number) - own);
        mass += weight;
      });
      return sum / mass;
    },
    slopesAt(rows, scores) {
      // What a class's slopes need of the others: their scores may move on before it is filled.
      const normalisers = logSums(rows.rows, scores);
      return (target, gradients, hessians) => {
        const own = scores[target] as Float64Array;
        eachWeight(rows, (row, weight) => {
          const probability = Math.exp((own[row] as number) - (normalisers[row] as number));
          const hit = rows.labels[row] === target ? 1 : 0;
          gradients[row] = weight * (probability - hit);
          hessians[row] = weight * factor * probability * (1 - probability);
        });
      };
    },
  };
}

/** ln(sum of e^s_k) of each row. */
function logSums(rows: number, scores: Scores): Float64Array {
  const largest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  for (const one of scores) {
    for (let row = 0; row < rows; row++) {
      largest[row] = Math.max(largest[row] as number, one[row] as number);
    }
  }
  const sums = new Float64Array(rows);
  for (const one of scores) {
    for (let row = 0; row < rows; row++) {
      sums[row] = (sums[row] as number) + Math.exp((one[row] as number) - (largest[row] as number));
    }
  }
  return sums.map((sum, row) => (largest[row] as number) + Math.log(sum));
}

function eachWeight({ rows, weights }: ObjectiveRows, put: (row: number, weight: number) => void) {
  for (let row = 0; row < rows; row++) put(row, weights ? (weights[row] as number) : 1);
}
