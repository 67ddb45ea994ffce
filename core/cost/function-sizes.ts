/** Memory and ephemeral storage of a function as it is deployed, in MB. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly ephemeralMb: number;
}

/** Ephemeral storage that costs nothing. Source: "AWS Lambda Pricing". */
export const FREE_EPHEMERAL_MB = 512;

/** Memory of `train` is what the definition says. `test/cdk/function-sizes.test.ts` keeps the others. */
export const FUNCTION_SIZES = {
  prepare: { memoryMb: 3_008, ephemeralMb: 4_096 },
  evaluate: { memoryMb: 3_008, ephemeralMb: 2_048 },
  register: { memoryMb: 1_024, ephemeralMb: 512 },
  predict: { memoryMb: 1_769, ephemeralMb: 512 },
  "log-predictions": { memoryMb: 1_024, ephemeralMb: 512 },
  "ingest-events": { memoryMb: 1_769, ephemeralMb: 512 },
  "check-drift": { memoryMb: 2_048, ephemeralMb: 2_048 },
} as const satisfies Readonly<Record<string, FunctionSize>>;

export const TRAIN_EPHEMERAL_MB = 2_048;
