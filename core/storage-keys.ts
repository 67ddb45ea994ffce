/** Where each object lies: the same keys in S3 and in the local directory tree. */
export const storageKeys = {
  /** A file of raw data, as it was uploaded. */
  source: (model: string, file: string) => `sources/${model}/${file}`,

  streamDefinition: (stream: string, digest: string) =>
    `streams/${stream}/definitions/${digest}.json`,
  /** A file of a stream's past, as it was uploaded. */
  streamHistory: (stream: string, file: string) => `streams/${stream}/history/${file}`,
  /** Below it lie the events that came in. */
  streamArrivals: (stream: string) => `streams/${stream}/events/`,
  /** One Parquet file of events that came in. `date` is YYYY-MM-DD and `hour` 00..23 of arrival, UTC. */
  streamEvents: (stream: string, date: string, hour: string, name: string) =>
    `streams/${stream}/events/date=${date}/hour=${hour}/${name}.parquet`,

  definition: (model: string, digest: string) => `definitions/${model}/${digest}/definition.json`,
  definitionCode: (model: string, digest: string) => `definitions/${model}/${digest}/code.mjs`,

  dataset: (model: string, digest: string) => `datasets/${model}/${digest}`,
  datasetManifest: (model: string, digest: string) => `datasets/${model}/${digest}/manifest.json`,
  datasetBaseline: (model: string, digest: string) => `datasets/${model}/${digest}/baseline.json`,

  /** What a run's data was like. */
  quality: (model: string, runId: string) => `runs/${model}/${runId}/quality.json`,
  /** What its columns are like, split by split. */
  datasetStatistics: (model: string, digest: string) =>
    `datasets/${model}/${digest}/statistics.json`,
  /** The objects that the run which made it read. */
  datasetLineage: (model: string, digest: string) => `datasets/${model}/${digest}/lineage.json`,

  /** The objects that a run reads, fixed when it began. */
  sourcePlan: (model: string, runId: string) => `runs/${model}/${runId}/sources.json`,
  /** Those objects with their rows, and the dataset that was made of them. */
  runLineage: (model: string, runId: string) => `runs/${model}/${runId}/lineage.json`,
  runReport: (model: string, runId: string) => `runs/${model}/${runId}/report.json`,
  candidate: (model: string, runId: string, index: number) =>
    `runs/${model}/${runId}/candidates/${index}`,
  /** What training tasks in containers ended with, one file a task. */
  candidateOutcomes: (model: string, runId: string, index: number, round: number) =>
    `runs/${model}/${runId}/candidates/${index}/outcomes/${round}`,
  /** What one round of a run's training tried and found. */
  round: (model: string, runId: string, round: number) =>
    `runs/${model}/${runId}/rounds/${round}.json`,
  /** Rows that broke the contract, with a reason each. */
  quarantine: (model: string, runId: string) => `runs/${model}/${runId}/quarantine.parquet`,
  /** Followed by `-<stream>.parquet`. */
  brokenEvents: (model: string, runId: string) => `runs/${model}/${runId}/quarantine-events`,

  /** What one shard of a run's source turned out to hold, until the run has its dataset. */
  staged: (model: string, runId: string, index: number) =>
    `staged/${model}/${runId}/${String(index).padStart(5, "0")}`,

  version: (model: string, version: number) => `models/${model}/versions/${version}`,

  /** One Parquet file of logged predictions. `date` is YYYY-MM-DD and `hour` 00..23, both UTC. */
  predictions: (model: string, date: string, hour: string, name: string) =>
    `predictions/model=${model}/date=${date}/hour=${hour}/${name}.parquet`,

  /** A batch of files to predict, and what came of it: `batchFiles` below it. */
  batch: (model: string, name: string) => `batches/${model}/${name}`,

  /** One for each execution of the monitoring workflow, in the order of their starts. */
  driftReport: (model: string, startedAt: string, execution: string) =>
    `reports/${model}/drift/${startedAt}-${execution}.json`,
} as const;

/** What lies below `storageKeys.batch`; `file` is the input's own path below `input/`. */
export const batchFiles = {
  /** Where whoever asks puts Parquet and CSV files. */
  input: "input/",
  /** Which version answers, fixed when the batch was first started. */
  order: "batch.json",
  output: (file: string) => `output/${file}.parquet`,
  rejected: (file: string) => `rejected/${file}.parquet`,
  /** One report for each file that is done; written after its rows. */
  done: "files/",
  /** Files that one execution found useless, and why. */
  useless: (runId: string) => `errors/${runId}/`,
  /** Written when every file is done. */
  report: "report.json",
} as const;

/** Names of the files of one candidate, below `storageKeys.candidate`. */
export const candidateFiles = {
  graph: "candidate.onnx",
  metrics: "metrics.json",
  /** Of families that have one. */
  explainer: "explainer.json",
} as const;

/** Name of the file below `storageKeys.staged` that says what is there; it is written last. */
export const stagedReport = "report.json";

/** Names of the files of one version, below `storageKeys.version`. */
export const versionFiles = {
  graph: "model.onnx",
  code: "code.mjs",
  manifest: "manifest.json",
  card: "card.md",
  baseline: "baseline.json",
  /** Rows of the test split with their scores: what a loaded version must answer. */
  samples: "samples.json",
  /** What takes predictions apart, and what a later run goes on from; of families that have one. */
  explainer: "explainer.json",
  /** Of a scorecard: all of it, and its table. */
  scorecard: "scorecard.json",
  scorecardTable: "scorecard.csv",
} as const;
