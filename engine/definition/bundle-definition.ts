import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import {
  type DefinitionBundle,
  definitionDigestText,
} from "../../core/definition/definition-digest.ts";
import type { CheckedDefinition } from "../../core/definition/model-definition.ts";
import { parseDefinition, storedDefinition } from "../../core/definition/parse-definition.ts";
import { InvalidInputError } from "../../core/errors.ts";
import {
  ROUTINE_NAMES,
  type RoutineName,
  routineExport,
} from "../../core/routines/routine-code.ts";
import { transformExport } from "../../core/transforms/with-code.ts";
import { sha256 } from "../sha256.ts";
import { type ImpureUse, impureUses } from "./impure-uses.ts";
import { runSandboxed, SANDBOX_MARK } from "./row-feature-sandbox.ts";

/** Beside `model.ts`, where a model has routines. */
const ROUTINES_FILE = "routines.ts";

/**
 * Loads a model's file, checks its definition and bundles the code of its row features.
 *
 * @param path absolute path of a `model.ts` that exports `model`
 * @throws {InvalidInputError} if the file cannot be loaded or exports no model, the definition is
 *   wrong, or the code uses what row features must not, such as the clock
 */
export async function bundleDefinition(path: string): Promise<DefinitionBundle> {
  const module: { readonly model?: unknown } = await importFile(path);
  if (module.model === undefined) {
    throw new InvalidInputError(`${path} does not export a const named model; export one`);
  }
  const checked = parseDefinition(module.model);
  const routines = await findRoutines(path);
  const definition = {
    ...storedDefinition(checked),
    ...(routines && { routines: routines.names }),
  };
  const code = await bundleCode(path, checked, routines);
  return { definition, code, digest: sha256(definitionDigestText(definition, sha256(code))) };
}

/** Whatever the file throws is its author's to correct: it is told as text, with the line if known. */
async function importFile(path: string): Promise<object> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const stack = cause instanceof Error ? (cause.stack ?? "") : "";
    const line = stack.split(path)[1]?.match(/^:\d+/)?.[0] ?? "";
    throw new InvalidInputError(`${path}${line} cannot be loaded: ${String(cause)}`, { cause });
  }
}

/** A model's file of routines, and those that it has. */
interface FoundRoutines {
  readonly path: string;
  readonly names: readonly RoutineName[];
}

/**
 * The routines beside a model's file, where there is a `routines.ts`.
 *
 * @throws {InvalidInputError} if it cannot be loaded, or exports no routines, or others than there are
 */
async function findRoutines(modelPath: string): Promise<FoundRoutines | undefined> {
  const path = join(dirname(modelPath), ROUTINES_FILE);
  if (!existsSync(path)) return undefined;
  const { routines }: { readonly routines?: unknown } = await importFile(path);
  if (typeof routines !== "object" || routines === null) {
    throw new InvalidInputError(`${path} does not export a const named routines; export one`);
  }
  const given = Object.entries(routines).filter(([, code]) => code !== undefined);
  const wrong = given.find(
    ([name, code]) => !ROUTINE_NAMES.includes(name as RoutineName) || typeof code !== "function",
  );
  if (wrong || given.length === 0) {
    throw new InvalidInputError(
      `${path}: routines.${wrong?.[0] ?? ""} is no routine; there are the functions ${ROUTINE_NAMES.join(", ")}`,
    );
  }
  const names = ROUTINE_NAMES.filter((name) => given.some(([known]) => known === name));
  return { path, names };
}

/** An ES module with one export a row feature, a transform of one's own and a routine, free of comments and paths so that bytes repeat. */
async function bundleCode(
  path: string,
  checked: CheckedDefinition,
  routines: FoundRoutines | undefined,
): Promise<string> {
  const names = Object.keys(checked.rowFeatures);
  const transforms = transformExports(checked);
  const routineNames = routines?.names ?? [];
  // Exported under another name than declared: a row feature may be called `class` or `model`.
  const entry = [
    `import { model } from ${JSON.stringify(path)};`,
    ...names.map((name, i) => `const feature${i} = model.rowFeatures.${name}.compute;`),
    ...transforms.map(({ at }, i) => `const transform${i} = ${at}.use;`),
    ...(routines ? [`import { routines } from ${JSON.stringify(routines.path)};`] : []),
    ...routineNames.map((name) => `const ${name} = routines.${name};`),
    `export { ${[
      ...names.map((name, i) => `feature${i} as ${name}`),
      ...transforms.map(({ name }, i) => `transform${i} as ${name}`),
      ...routineNames.map((name) => `${name} as ${routineExport(name)}`),
    ].join(", ")} };`,
  ].join("\n");
  const options: BuildOptions = {
    stdin: { contents: entry, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "silent",
  };
  const uses = await impureUses(options);
  if (uses.length > 0) throw new InvalidInputError(`${path}: ${uses.map(inWords).join("; ")}`);
  const result = await build({ ...options, write: false, banner: { js: SANDBOX_MARK } });
  const code = result.outputFiles[0]?.text ?? "";
  checkLoads(path, code);
  return code;
}

/** Where the model has each transform of its own, and what it is exported as. */
function transformExports({ transforms = [], candidates }: CheckedDefinition) {
  const places = [
    ...transforms.map((step, s) => ({ step, at: `model.transforms[${s}]` })),
    ...candidates.flatMap((candidate, c) =>
      (candidate.transforms ?? []).map((step, s) => ({
        step,
        at: `model.candidates[${c}].transforms[${s}]`,
      })),
    ),
  ];
  const byName = new Map(
    places.flatMap(({ step, at }) =>
      step.how === undefined ? [[transformExport(step.use.name), at] as const] : [],
    ),
  );
  return [...byName].map(([name, at]) => ({ name, at }));
}

const inWords = ({ name, why, place }: ImpureUse) =>
  `row features must not use ${name}${place === undefined ? "" : ` (${place})`}: ${why}`;

/** What a model's file does when it is loaded, its row features' code does too. */
function checkLoads(path: string, code: string): void {
  try {
    runSandboxed(code);
  } catch (cause) {
    throw new InvalidInputError(`${path}: its row features cannot be loaded: ${String(cause)}`, {
      cause,
    });
  }
}
