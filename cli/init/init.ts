import { existsSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceFormat } from "../../core/definition/field-schema.ts";
import { MODEL_NAME } from "../../core/definition/model-name.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "../../core/errors.ts";
import { formatOfName } from "../../engine/dataset/source-format.ts";
import { sqlText } from "../../engine/duckdb/sql.ts";
import { type Duckdb, withDuckdb } from "../../engine/duckdb/with-duckdb.ts";
import { isJsonArray } from "../../engine/init/read-sample.ts";
import { type SuggestedModel, suggestModel } from "../../engine/init/suggest-model.ts";
import { modelText, type NewModel } from "./model-text.ts";
import { readmeText } from "./readme-text.ts";

/** A model folder that was written, and what was found in the file. */
export interface InitialModel {
  readonly folder: string;
  readonly suggested: SuggestedModel;
}

/**
 * Writes `<models>/<name>/model.ts` and its README from a file of rows. A JSON array becomes JSON Lines
 * beside them, which is what sources are.
 *
 * @throws {InvalidInputError} on a name that no model can have, or a file of no known format
 * @throws {ConflictError} if the folder has a model already
 * @throws {NotFoundError} if there is no such file
 * @throws {DataContractError} if the file cannot be read, or has nothing to predict
 */
export async function initModel(
  name: string,
  { from, models }: { readonly from: string; readonly models: string },
): Promise<InitialModel> {
  if (!MODEL_NAME.pattern.test(name)) {
    throw new InvalidInputError(`name of a model ${MODEL_NAME.rule}, got ${name}`);
  }
  const folder = join(models, name);
  if (existsSync(folder)) {
    throw new ConflictError(`${folder} is there already; choose another name, or remove it`);
  }
  const path = resolve(from);
  if (!existsSync(path)) throw new NotFoundError(`file ${from} is not there; correct --from`);
  const isArray = /\.json$/i.test(path) && (await isJsonArray(path));
  const format = isArray ? "jsonl" : formatOf(from);

  return withDuckdb({ threads: 1 }, async (duckdb) => {
    const source = isArray ? await asJsonLines(duckdb, path) : path;
    const suggested = await suggestModel(duckdb.connection, { path: source, format });
    await mkdir(folder, { recursive: true });
    const file = isArray ? basename(path).replace(/\.json$/i, ".jsonl") : fileName(path);
    if (isArray) await copyFile(source, join(folder, file));
    const model: NewModel = {
      name,
      file,
      from: isArray ? file : whereFrom(path, folder),
      defineModel: moduleFrom(folder),
    };
    await writeFile(join(folder, "model.ts"), modelText(suggested, model), { flag: "wx" });
    await writeFile(join(folder, "README.md"), readmeText(suggested, model), { flag: "wx" });
    return { folder, suggested };
  });
}

function formatOf(from: string): SourceFormat {
  const format = formatOfName(from);
  if (format !== undefined) return format;
  throw new InvalidInputError(
    `file ${from} is none of .csv, .jsonl (both also .gz or .zst), .parquet, or .json with an array; name it by its format`,
  );
}

async function asJsonLines({ connection, directory }: Duckdb, path: string): Promise<string> {
  const lines = join(directory, "array.jsonl");
  await connection.run(
    `COPY (FROM read_json(${sqlText(path)}, format = 'array', records = true, convert_strings_to_integers = false, dateformat = 'iso', sample_size = -1)) TO ${sqlText(lines)} (FORMAT json)`,
  );
  return lines;
}

/** A name that sources may have. */
const fileName = (path: string) =>
  basename(path)
    .replaceAll(/[^\w.-]/g, "-")
    .replace(/^[.-]+/, "");

/** Of an installed package by its name, else as the model's folder sees it. */
function whereFrom(path: string, folder: string): string {
  const [, inPackage] = /[\\/]node_modules[\\/](.+)$/.exec(path) ?? [];
  return inPackage === undefined ? slashes(relative(folder, path)) : `npm:${slashes(inPackage)}`;
}

/** `core/definition/define-model.ts` of this program, as a module of the folder imports it. */
function moduleFrom(folder: string): string {
  const module = fileURLToPath(new URL("../../core/definition/define-model.ts", import.meta.url));
  const path = slashes(relative(resolve(folder), module));
  return path.startsWith(".") ? path : `./${path}`;
}

const slashes = (path: string) => path.split(sep).join("/");

/** What was found, in words. */
export function initSummary({ folder, suggested }: InitialModel): string {
  const { target, eventTime, id, leaks, knownLater, unused, split } = suggested;
  const list = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));
  return [
    `wrote ${join(folder, "model.ts")} and README.md from ${suggested.rows} rows`,
    `target      ${target.column.name} (${target.type})`,
    `event time  ${eventTime ?? "none"}`,
    `id          ${id ?? "none"}`,
    `split       by ${split.by}`,
    `leaks?      ${list(leaks.map(({ name, score }) => `${name} (${score.toFixed(3)})`))}`,
    `known later? ${list(knownLater)}`,
    `not read    ${list(unused.map(({ name }) => name))}`,
    "next: read model.ts, then start the platform, which trains what has no champion yet",
  ].join("\n");
}
