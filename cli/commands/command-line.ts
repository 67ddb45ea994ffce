import type { Command } from "commander";
import { type Client, platformClient } from "../client.ts";

/** What every command is given. */
export interface CommandLine {
  readonly program: Command;
  /** The platform that `--url` names. */
  readonly client: () => Client;
  /** The answer on standard output: as JSON with `--json`, else as text. */
  readonly print: (answer: unknown, text: string) => void;
  /** A line of progress on standard output; none with `--json`. */
  readonly tell: (line: string) => void;
}

/** @param program has the options `--url` and `--json` */
export function commandLine(program: Command): CommandLine {
  const options = () => program.opts<{ url: string; json: boolean }>();
  return {
    program,
    client: () => platformClient(options().url, process.env.MILLRACE_TOKEN),
    print: (answer, text) => {
      console.log(options().json ? JSON.stringify(answer, null, 2) : text);
    },
    tell: (line) => {
      if (!options().json) console.log(line);
    },
  };
}

/** Path of a model in the control API. */
export const modelPath = (model: string) => `/api/models/${encodeURIComponent(model)}`;

/** Where a command looks that can look at a deployment, too. */
export const inPlace = (command: Command) =>
  command
    .option("--stack <name>", "this deployment instead of the local platform")
    .option("--region <region>", "where it is deployed; the AWS profile's if absent");
