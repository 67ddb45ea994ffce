import type { z } from "zod";
import type { plainAnswerSchema } from "../../core/inference/plain-schemas.ts";
import { type BatchCommand, batch, batchProgressAt, progressText } from "../batch.ts";
import { explanationText } from "../explanation-text.ts";
import { followExecution } from "../follow-run.ts";
import { readJson } from "../read-json.ts";
import { table } from "../table.ts";
import { type CommandLine, inPlace, modelPath } from "./command-line.ts";

interface PredictOptions {
  readonly input: string;
  readonly modelVersion?: string;
  readonly explain?: boolean;
}

/** Commands that ask a model. */
export function predictionCommands({ program, client, print, tell }: CommandLine): void {
  program
    .command("predict <model>")
    .description("ask the champion, or one version")
    .requiredOption(
      "--input <file>",
      'JSON: {"instances":[…]}, a list of instances, or one instance',
    )
    .option("--model-version <n>", "this version instead of the champion")
    .option("--explain", "say why each instance was scored as it was")
    .action(async (model: string, options: PredictOptions) => {
      const instances = instancesOf(await readJson(options.input));
      const version = options.modelVersion === undefined ? "" : `/versions/${options.modelVersion}`;
      const path = `/models/${encodeURIComponent(model)}${version}/predictions`;
      const answer = (await client().call("POST", path, {
        instances,
        ...(options.explain && { explain: true }),
      })) as z.output<typeof plainAnswerSchema>;
      const why = answer.explanations ? `\n${explanationText(answer.explanations)}` : "";
      print(answer, `${model} version ${answer.version}\n${table(answer.predictions)}${why}`);
    });

  program
    .command("batch <model> [files...]")
    .description("predict every row of Parquet and CSV files, and wait for the end")
    .option("--name <name>", "of the batch; started again, it does what is missing")
    .option("--prefix <prefix>", "objects such as sources/<model>/new/, in place of files")
    .option("--model-version <n>", "this version instead of the champion")
    .option("--reason <text>", "why, for the report", "asked for on the command line")
    .action(async (model: string, files: readonly string[], options: BatchCommand) => {
      const { execution, text } = await batch(
        client(),
        { model, files, now: new Date() },
        options,
        tell,
      );
      print(execution, text);
      if (execution.status === "failed") process.exitCode = 1;
    });

  inPlace(program.command("batch-status <model> <name>"))
    .description("how far a batch is: files and rows that are done, of how many files")
    .action(async (model: string, name: string, place: { stack?: string; region?: string }) => {
      const progress = await batchProgressAt(client(), { model, name, ...place });
      print(progress, progressText(progress));
    });

  program
    .command("check-drift <model>")
    .description("compare the last window of predictions with the champion's baseline")
    .action(async (model: string) => {
      const { execution } = (await client().call("POST", `${modelPath(model)}/checks`, {})) as {
        execution: string;
      };
      const ended = await followExecution(client(), execution, () => {});
      const drift = (ended.output as { drift?: { verdict: string; predictions: number } })?.drift;
      print(ended, drift ? `${drift.verdict} (${drift.predictions} predictions)` : ended.status);
      if (ended.status === "failed") process.exitCode = 1;
    });
}

function instancesOf(input: unknown): unknown {
  if (Array.isArray(input)) return input;
  const wrapped = (input as { readonly instances?: unknown } | null)?.instances;
  return wrapped ?? [input];
}
