import type { Use } from "./cost-line.ts";
import { FREE_EPHEMERAL_MB, type FunctionSize } from "./function-sizes.ts";

export interface LambdaWork {
  readonly item: string;
  readonly size: FunctionSize;
  readonly architecture: "x86_64" | "arm64";
  /** Of each invocation; null where nothing was measured. */
  readonly durationsMs: readonly number[] | null;
}

/**
 * Compute of a function, and its ephemeral storage if it has more than is free:
 * memory in GB times the sum of its durations, each rounded up to a whole millisecond.
 *
 * Source: "AWS Lambda Pricing".
 */
export function lambdaUses({ item, size, architecture, durationsMs }: LambdaWork): readonly Use[] {
  const { memoryMb, ephemeralMb } = size;
  const seconds = durationsMs && durationsMs.reduce((sum, ms) => sum + Math.ceil(ms), 0) / 1_000;
  const time =
    durationsMs === null
      ? "duration not measured"
      : `${listedSeconds(durationsMs.map((ms) => Math.ceil(ms) / 1_000))} s`;
  const compute: Use = {
    item: `${item}: compute`,
    price: architecture === "arm64" ? "lambdaArmUsdPerGbSecond" : "lambdaX86UsdPerGbSecond",
    quantity: seconds === null ? null : (memoryMb / 1_024) * seconds,
    how: `${memoryMb} MB × ${time}`,
  };
  const extraMb = ephemeralMb - FREE_EPHEMERAL_MB;
  if (extraMb <= 0) return [compute];
  const storage: Use = {
    item: `${item}: ephemeral storage`,
    price: "lambdaEphemeralUsdPerGbSecond",
    quantity: seconds === null ? null : (extraMb / 1_024) * seconds,
    how: `${extraMb} MB beyond the free ${FREE_EPHEMERAL_MB} × ${time}`,
  };
  return [compute, storage];
}

/** `5`, or `(30 + 10)`. */
export const listedSeconds = (seconds: readonly number[]): string =>
  seconds.length === 1 ? String(seconds[0]) : `(${seconds.join(" + ")})`;
