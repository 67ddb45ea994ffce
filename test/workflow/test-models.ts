import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeFlights } from "../fixtures/e2e/world.ts";

/** A change of the flights model's text: what stands there, and what comes in its place. */
export type Change = readonly [text: string, instead: string];

const FLIGHTS = resolve("test/fixtures/e2e/models/flights/model.ts");

const BOOSTING = `{
      name: "boosting",
      family: "gradient-boosting",
      parameters: { trees: 20, leaves: 15, learningRate: 0.2 },
    },
    `;

/** A second candidate beside the linear one, of few trees, that goes on from the champion's. */
export const WITH_TREES: Change = [
  "candidates: [",
  `candidates: [${BOOSTING.replace("parameters: { trees: 20, leaves: 15", 'continueFrom: "champion",\n      parameters: { trees: 5, leaves: 7')}`,
];

/** Two drawn candidates beside the linear one, two rounds, and an ensemble of two. */
export const SEARCHING: Change = [
  "seed: 1",
  `seed: 1,
  search: {
    candidates: 2,
    families: [
      { family: "logistic-regression", parameters: { maxIterations: 3, l2: { oneOf: [0.1, 1] } } },
      { family: "gradient-boosting", parameters: { trees: { from: 3, to: 6, whole: true }, leaves: 7 } },
    ],
    rounds: 2,
    keepShare: 0.5,
  },
  ensemble: { method: "stacking", best: 2 }`,
];

/** A rule that the flights break, whatever comes of it. */
export const brokenRule = (action: "warn" | "fail"): Change => [
  "seed: 1",
  `seed: 1,
  quality: {
    rules: {
      short: { check: "aggregate", from: ["distance"], expression: "avg(distance)", max: 1, action: "${action}" },
    },
  }`,
];

/** The stream of flights, with two features of it among the inputs. */
export const STREAMED: readonly Change[] = [
  [
    "import { utcHour",
    `import { stream } from "${resolve("features/flights.ts")}";\nimport { utcHour`,
  ],
  [
    "seed: 1",
    `seed: 1,
  streams: [stream],
  aggregates: {
    origin_flights_1h: { stream: "flights" },
    origin_late_rate_3h: { stream: "flights" },
  }`,
  ],
];

/** One candidate that is trained in a moment, and still better than its gates ask. */
const QUICK: readonly Change[] = [
  [BOOSTING, ""],
  ["maxIterations: 20", "maxIterations: 5"],
  ["min: 0.58", "min: 0.52"],
  ["maxRegression: 0.01", "maxRegression: 0.05"],
];

/** Writes projects of the flights model under other names, each with its changes. */
export async function writeModels(
  folder: string,
  models: Readonly<Record<string, readonly Change[]>>,
): Promise<void> {
  const flights = (await readFile(FLIGHTS, "utf8")).replaceAll(
    "../../../../../core/",
    `${resolve("core")}/`,
  );
  for (const [name, changes] of Object.entries(models)) {
    const all: readonly Change[] = [[`name: "flights"`, `name: "${name}"`], ...QUICK, ...changes];
    const text = all.reduce((before, [part, instead]) => {
      if (!before.includes(part)) throw new Error(`the flights model has no ${part} to change`);
      return before.replace(part, instead);
    }, flights);
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, "model.ts"), text);
  }
}

/** The rows that they train on. */
export const writeSource = (path: string) => writeFlights(path, { rows: 6_000 });

/** The same rows, thirty of which break the contract: not enough to fail a run. */
export const writeBrokenSource = (path: string) =>
  writeFlights(path, {
    rows: 6_000,
    columns: "* REPLACE (if(file_row_number % 100000 = 0, -1, distance) AS distance)",
  });
