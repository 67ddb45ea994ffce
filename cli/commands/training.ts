import type { AliasRecord, RunRecord } from "../../core/registry/records.ts";
import type { LeaderboardEntry } from "../../core/run/leaderboard.ts";
import { followRun } from "../follow-run.ts";
import { leaderboardText } from "../leaderboard-text.ts";
import { runSummary } from "../run-summary.ts";
import { table } from "../table.ts";
import { type CommandLine, modelPath } from "./command-line.ts";

/** Commands about models and their training runs. */
export function trainingCommands({ program, client, print, tell }: CommandLine): void {
  program
    .command("models")
    .description("list the models and their champions")
    .action(async () => {
      const models = (await client().call("GET", "/api/models")) as (Record<string, string> & {
        aliases: AliasRecord[];
      })[];
      const rows = models.map(({ model, owner, aliases }) => ({
        model,
        champion: aliases.find(({ alias }) => alias === "champion")?.version,
        owner,
      }));
      print(models, table(rows));
    });

  program
    .command("train <model>")
    .description("start a training run and wait for its end")
    .option("--reason <text>", "why, for the history", "asked for on the command line")
    .action(async (model: string, { reason }: { reason: string }) => {
      const order = { reason, requestedBy: "cli" };
      const { runId } = (await client().call("POST", `${modelPath(model)}/runs`, order)) as {
        runId: string;
      };
      tell(`run ${runId}`);
      const execution = await followRun(client(), model, runId, tell);
      const { run } = (await client().call("GET", `${modelPath(model)}/runs/${runId}`)) as {
        run: RunRecord | null;
      };
      const path = `${modelPath(model)}/runs/${runId}/leaderboard`;
      // without a record the run failed before its first state
      const tried =
        run === null ? [] : ((await client().call("GET", path)) as readonly LeaderboardEntry[]);
      const summary = await runSummary(client(), model, run, execution);
      print(
        { ...run, states: execution.states, leaderboard: tried },
        [leaderboardText(tried), summary].filter((text) => text !== "").join("\n\n"),
      );
      if (run === null || run.status === "failed") process.exitCode = 1;
    });

  program
    .command("runs <model>")
    .description("list the training runs, newest first")
    .action(async (model: string) => {
      const runs = (await client().call("GET", `${modelPath(model)}/runs`)) as RunRecord[];
      const rows = runs.map((run) => ({
        run: run.runId,
        status: run.status,
        version: run.version,
        started: run.startedAt,
        reason: run.reason,
        error: run.error ? `${run.error.name}: ${run.error.message}` : "-",
      }));
      print(runs, table(rows));
    });
}
