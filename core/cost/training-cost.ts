import type { Use } from "./cost-line.ts";
import { FUNCTION_SIZES, TRAIN_EPHEMERAL_MB } from "./function-sizes.ts";
import { lambdaUses, listedSeconds } from "./lambda-uses.ts";
import { type Measurements, roundsOf } from "./measurements.ts";
import { trainingTransitions } from "./run-transitions.ts";

/** start-run, prepare, evaluate, register, promote, end-run, notify; `narrow` there is once a round. */
const OTHER_INVOCATIONS = 7;

/**
 * Write units of a run's registry changes: run started 4, version reserved 4, registered 4, alias moved 4,
 * run ended 4. Each is a transaction of two items below 1 kB, and a transaction's write is two units.
 *
 * Source: "Amazon DynamoDB pricing for on-demand capacity".
 */
const WRITE_UNITS = 20;

/** What one training run uses that ends with a promoted version and repeats nothing. */
export function trainingRunUses(measured: Measurements): readonly Use[] {
  const { run, definition, platform, storage } = measured;
  const { architecture } = platform;
  const rounds = roundsOf(definition);
  const trainings = rounds.reduce((sum, candidates) => sum + candidates, 0);
  const staged = definition.compute.preparation.on === "lambda" ? 0 : definition.sourceFiles;
  const plans = staged === 0 ? 0 : 1;
  const inCode = (name: "prepare" | "evaluate" | "register", ms: number | undefined) =>
    lambdaUses({
      item: name,
      size: FUNCTION_SIZES[name],
      architecture,
      durationsMs: ms === undefined ? null : [ms],
    });
  return [
    ...stagingUses(staged, architecture),
    ...inCode("prepare", run?.prepareMs),
    ...trainUses(definition.compute.training, architecture, run?.trainMs ?? null),
    ...inCode("evaluate", run?.evaluateMs),
    ...inCode("register", run?.registerMs),
    {
      item: "Lambda requests",
      price: "lambdaUsdPerRequest",
      quantity: OTHER_INVOCATIONS + trainings + rounds.length + plans + staged,
      how: `${OTHER_INVOCATIONS} + ${trainings} trainings + ${rounds.length} × narrow${staged === 0 ? "" : ` + a plan + ${staged} source files`}`,
    },
    {
      item: "Step Functions",
      price: "stepFunctionsUsdPerTransition",
      quantity: trainingTransitions(definition),
      how: "states entered",
    },
    writesOfRun(storage),
    {
      item: "registry changes",
      price: "dynamodbUsdPerWriteUnit",
      quantity: WRITE_UNITS,
      how: "5 transactions of 2 items",
    },
    { item: "trace", price: "xrayUsdPerTrace", quantity: 1, how: "1 execution" },
    { item: "alert", price: "snsUsdPerPublish", quantity: 1, how: "1 message" },
  ];
}

/** A function for each source file; how long they take stands in no run's record. */
function stagingUses(files: number, architecture: "x86_64" | "arm64"): readonly Use[] {
  if (files === 0) return [];
  const size = FUNCTION_SIZES.prepare;
  return lambdaUses({ item: `stage ${files} source files`, size, architecture, durationsMs: null });
}

/**
 * What trainings use at the place that the definition says.
 *
 * @param durationsMs one a training; null where nothing was measured
 */
export function trainUses(
  training: Measurements["definition"]["compute"]["training"],
  architecture: "x86_64" | "arm64",
  durationsMs: readonly number[] | null,
): readonly Use[] {
  if (training.on === "lambda") {
    const size = { memoryMb: training.memoryMb, ephemeralMb: TRAIN_EPHEMERAL_MB };
    return lambdaUses({ item: "train", size, architecture, durationsMs });
  }
  // Billed by the second, at least one minute a task. Source: "AWS Fargate Pricing".
  const hours =
    durationsMs && durationsMs.reduce((sum, ms) => sum + Math.max(60, ms / 1_000), 0) / 3_600;
  const time =
    durationsMs === null
      ? "duration not measured"
      : `${listedSeconds(durationsMs.map((ms) => Math.max(60, ms / 1_000)))} s`;
  const of = (item: string, price: Use["price"], amount: number, unit: string): Use => ({
    item: `train: ${item}`,
    price,
    quantity: hours === null ? null : amount * hours,
    how: `${amount}${unit} × ${time}`,
  });
  return [
    of("virtual CPUs", "fargateUsdPerVcpuHour", training.vcpu, " vCPU"),
    of("memory", "fargateUsdPerGbHour", training.memoryGb, " GB"),
    of("address", "publicIpv4UsdPerHour", 1, ""),
  ];
}

function writesOfRun({ objects, runs }: Measurements["storage"]): Use {
  const written = ["datasets", "runs", "models"].reduce(
    (sum, prefix) => sum + (objects[prefix]?.objects ?? 0),
    0,
  );
  return {
    item: "objects written",
    price: "s3UsdPerPut",
    quantity: runs === 0 ? null : written / runs,
    how: runs === 0 ? "no run to count" : `${written} objects ÷ ${runs} runs`,
  };
}
