import { resolve } from "node:path";
import { originsOf } from "../core/access/cors.ts";
import { InvalidInputError } from "../core/errors.ts";
import type { LocalAuth } from "../local/local-access.ts";

/** How the platform is started here: environment variables, each with its default. */
export interface Settings {
  readonly port: number;
  readonly home: string;
  readonly modelsFolder: string;
  readonly duckdbMemory: string;
  readonly auth?: LocalAuth;
  readonly allowedOrigins?: readonly string[];
}

/**
 * | variable | default | what |
 * |---|---|---|
 * | PORT | 4700 | where the platform listens, on loopback |
 * | MILLRACE_HOME | .millrace | folder that everything is kept in |
 * | MILLRACE_MODELS | models | folder of the model projects |
 * | MILLRACE_DUCKDB_MEMORY | 1GB | most memory that DuckDB takes |
 * | MILLRACE_AUTH | none | whom predictions are for: `tokens` whoever has one, `iam` whoever signs |
 * | MILLRACE_ALLOWED_ORIGINS | | origins whose pages may ask for predictions, with commas between |
 * | AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY | | with `iam`: the one key that signatures are made with |
 *
 * @throws {InvalidInputError} on a port that is none, a size that is none, a way of access that is none, an origin that is
 *   none
 */
export function settingsOf(variables: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(variables.PORT ?? 4700);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidInputError(`PORT is a number from 0 to 65535, got ${variables.PORT}`);
  }
  const duckdbMemory = variables.MILLRACE_DUCKDB_MEMORY ?? "1GB";
  if (!/^\d+(\.\d+)? ?[KMGT]i?B$/i.test(duckdbMemory)) {
    throw new InvalidInputError(
      `MILLRACE_DUCKDB_MEMORY is a size such as 1GB or 512MB, got ${duckdbMemory}`,
    );
  }
  return {
    port,
    home: resolve(variables.MILLRACE_HOME ?? ".millrace"),
    modelsFolder: resolve(variables.MILLRACE_MODELS ?? "models"),
    duckdbMemory,
    auth: authOf(variables),
    allowedOrigins: originsOf(variables.MILLRACE_ALLOWED_ORIGINS ?? ""),
  };
}

function authOf(variables: Readonly<Record<string, string | undefined>>): LocalAuth {
  const { MILLRACE_AUTH: mode = "none", AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = variables;
  if (mode === "none" || mode === "tokens") return { mode };
  if (mode !== "iam") {
    throw new InvalidInputError(`MILLRACE_AUTH is none, tokens or iam, got ${mode}`);
  }
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new InvalidInputError(
      "MILLRACE_AUTH=iam needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, that callers sign with",
    );
  }
  return { mode, accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
}
