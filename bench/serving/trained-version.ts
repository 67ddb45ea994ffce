import { modelInputs } from "../../core/definition/model-inputs.ts";
import { parseDefinition, storedDefinition } from "../../core/definition/parse-definition.ts";
import type { LoadedVersion } from "../../core/inference/loaded-version.ts";
import { instanceParser } from "../../core/inference/parse-instances.ts";
import { scoringColumns } from "../../core/inference/scoring-columns.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { trainCandidate } from "../../core/training/train-candidate.ts";
import type { FrameColumn, LabelledFrame } from "../../core/training/training-frame.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { model as flightDelay } from "../../models/flight-delay/model.ts";

const ROWS = 40_000;
const AIRPORTS = Array.from({ length: 228 }, (_, i) => `A${String(i).padStart(2, "0")}`);

/**
 * A version of flight-delay with a boosted graph of full size (100 trees of 63 leaves), trained on
 * made-up rows: what serving costs depends on the graph's shape, not on what it learnt.
 */
export async function trainedVersion(version: number): Promise<LoadedVersion> {
  const checked = parseDefinition(flightDelay);
  const definition = storedDefinition(checked);
  const compute = Object.fromEntries(
    Object.entries(checked.rowFeatures).map(([name, feature]) => [name, feature.compute]),
  ) as Parameters<typeof scoringColumns>[0]["compute"];
  const candidate = checked.candidates.find(({ family }) => family === "gradient-boosting");
  if (candidate === undefined) throw new Error("flight-delay has no boosting candidate");

  const train = madeUpFlights(version);
  const validation = {
    ...train,
    rows: 0,
    labels: new Uint8Array(0),
    columns: train.columns.map(emptied),
  };
  const trained = trainCandidate({ candidate, seed: version, train, validation });
  const graph = trained.toOnnx(0.5);
  const scorer = await openScorer(graph);
  return {
    model: definition.name,
    version,
    definition,
    manifest: {} as VersionManifest,
    sizeBytes: graph.byteLength,
    parse: instanceParser(definition),
    columnsOf: scoringColumns({ digest: "bench", definition, compute }),
    score: (columns) => scorer.score(columns),
    release: () => scorer.release(),
  };

  function madeUpFlights(seed: number): LabelledFrame {
    const random = generator(seed);
    const labels = new Uint8Array(ROWS);
    const columns = modelInputs(definition).map(
      ({ name, kind }): FrameColumn =>
        kind === "number"
          ? { kind, name, values: Float32Array.from(labels, () => Math.floor(random() * 2_000)) }
          : {
              kind,
              name,
              codes: Int32Array.from(labels, () => Math.floor(random() * AIRPORTS.length)),
              dictionary: AIRPORTS,
            },
    );
    for (let i = 0; i < ROWS; i += 1) labels[i] = random() < 0.2 ? 1 : 0;
    return { rows: ROWS, columns, labels };
  }
}

function emptied(column: FrameColumn): FrameColumn {
  return column.kind === "number"
    ? { ...column, values: new Float32Array(0) }
    : { ...column, codes: new Int32Array(0) };
}

/** Park and Miller's minimal standard generator (1988), in 0..1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
