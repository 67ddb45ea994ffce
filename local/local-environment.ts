import { join } from "node:path";

/** Where the local platform keeps what it keeps; plain data, so that it can be sent to a process. */
export interface LocalEnvironment {
  /** Folder that holds everything, `.millrace` unless MILLRACE_HOME says otherwise. */
  readonly home: string;
  /** The DynamoDB-compatible server. */
  readonly dynamodbEndpoint: string;
  /** DuckDB's memory_limit. */
  readonly duckdbMemory: string;
  readonly gitCommit: string;
}

/** The registry's table, in every home. */
export const LOCAL_TABLE = "millrace-registry";

/** The table of online features, in every home. */
export const LOCAL_FEATURES_TABLE = "millrace-features";

export const homePaths = {
  /** Files of work in progress, of no use to the next process. */
  work: (home: string) => join(home, "work"),
  objects: (home: string) => join(home, "objects"),
  predictionQueue: (home: string) => join(home, "queues", "predictions"),
  eventQueue: (home: string) => join(home, "queues", "events"),
  deadLetters: (home: string) => join(home, "queues", "dead-letters.jsonl"),
  registry: (home: string) => join(home, "registry.sqlite"),
  alerts: (home: string) => join(home, "alerts.jsonl"),
  metrics: (home: string) => join(home, "metrics.jsonl"),
  log: (home: string) => join(home, "log.jsonl"),
} as const;
