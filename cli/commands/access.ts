import { userInfo } from "node:os";
import { ACTIONS } from "../../core/access/access-token.ts";
import type { ShownToken } from "../../core/access/issue-token.ts";
import { RefusedError } from "../client.ts";
import { table } from "../table.ts";
import { deployedDesk, localDesk, type TokenDesk } from "../tokens.ts";
import { type CommandLine, inPlace } from "./command-line.ts";

interface Place {
  readonly stack?: string;
  readonly region?: string;
}

interface CreateCommand extends Place {
  readonly model: readonly string[];
  readonly action: readonly string[];
  readonly days: string;
  readonly rate?: string;
  readonly why: string;
}

const collect = (value: string, before: readonly string[]) => [...before, value];

/** Commands about who may ask the endpoint. */
export function accessCommands({ program, client, print }: CommandLine): void {
  const deskOf = async ({ stack, region }: Place): Promise<TokenDesk> =>
    stack === undefined ? localDesk(client()) : deployedDesk(stack, region);
  const tokens = program
    .command("tokens")
    .description("who may ask an endpoint that wants tokens (docs/access.md)");

  inPlace(tokens.command("create <name>"))
    .description("make a token and show it, this once")
    .option("--model <model>", "that it opens; may be repeated; all if absent", collect, [])
    .option(
      "--action <action>",
      `${ACTIONS.join(", ")}; may be repeated; predict and read if absent`,
      collect,
      [],
    )
    .option("--days <n>", "until it expires, at most 365", "90")
    .option("--rate <n>", "requests a second that an instance takes of it")
    .requiredOption("--why <text>", "the reason, for the history")
    .action(async (name: string, options: CreateCommand) => {
      const { model, action, days, rate, why } = options;
      const made = await (await deskOf(options)).create({
        ...{ name, why, by: person() },
        models: model.length === 0 ? "*" : model,
        actions: action.length === 0 ? ["predict", "read"] : action,
        days: numberOf("days", days),
        ...(rate !== undefined && { requestsPerSecond: numberOf("rate", rate) }),
      });
      const { id, expiresAt } = made.record;
      print(
        made,
        `${made.token}\ntoken ${id} expires at ${expiresAt}. It is not shown again: send it as authorization: Bearer <token>, or set MILLRACE_TOKEN for this command.`,
      );
    });

  inPlace(tokens.command("list"))
    .description("all that were ever made, never their secrets")
    .action(async (place: Place) => {
      const listed = await (await deskOf(place)).list();
      print(listed, listed.length === 0 ? "there is no token" : table(listed.map(rowOf)));
    });

  inPlace(tokens.command("revoke <id>"))
    .description("refuse a token from now on; every instance does within a minute")
    .requiredOption("--why <text>", "the reason, for the history")
    .action(async (id: string, { why, ...place }: Place & { readonly why: string }) => {
      const revoked = await (await deskOf(place)).revoke(id, { by: person(), why });
      print(revoked, `token ${id} of ${revoked.name} was revoked at ${revoked.revokedAt}`);
    });
}

const rowOf = ({
  id,
  name,
  state,
  models,
  actions,
  expiresAt,
  requestsPerSecond,
  created,
}: ShownToken) => ({
  ...{ id, name, state },
  models: models === "*" ? "all" : models.join(", "),
  actions: actions.join(", "),
  expires: expiresAt,
  rate: requestsPerSecond ?? "-",
  by: created.by,
  why: created.why,
});

/** Who sits here, as this machine knows it. */
function person(): string {
  try {
    return userInfo().username;
  } catch {
    // a container may run as a user without a name
    return "cli";
  }
}

function numberOf(what: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new RefusedError(`${what} is a number, got ${JSON.stringify(text)}`);
}
