import { pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import {
  type DefinitionBundle,
  definitionDigestText,
} from "../../core/definition/definition-digest.ts";
import type { CheckedDefinition } from "../../core/definition/model-definition.ts";
import { parseDefinition, storedDefinition } from "../../core/definition/parse-definition.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { transformExport } from "../../core/transforms/with-code.ts";
import { sha256 } from "../sha256.ts";
import { type ImpureUse, impureUses } from "./impure-uses.ts";
import { runSandboxed, SANDBOX_MARK } from "./row-feature-sandbox.ts";

/**
 * Loads a model's file, checks its definition and bundles the code of its row features.
 *
 * @param path absolute path of a `model.ts` that exports `model`
 * @throws {InvalidInputError} if the file cannot be loaded or exports no model, the definition is
 *   wrong, or the code uses what row features must not, such as the clock
 */
export async function bundleDefinition(path: string): Promise<DefinitionBundle> {
  const module = await importModel(path);
  if (module.model === undefined) {
    throw new InvalidInputError(`${path} does not export a const named model; export one`);
  }
  const checked = parseDefinition(module.model);
  const definition = storedDefinition(checked);
  const code = await bundleCode(path, checked);
  return { definition, code, digest: sha256(definitionDigestText(definition, sha256(code))) };
}

/** Whatever the file throws is its author's to correct: it is told as text, with the line if known. */
async function importModel(path: string): Promise<{ readonly model?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const stack = cause instanceof Error ? (cause.stack ?? "") : "";
    const line = stack.split(path)[1]?.match(/^:\d+/)?.[0] ?? "";
    throw new InvalidInputError(`${path}${line} cannot be loaded: ${String(cause)}`, { cause });
  }
}

/** An ES module with one export a row feature and a transform of one's own, free of comments and paths so that bytes repeat. */
async function bundleCode(path: string, checked: CheckedDefinition): Promise<string> {
  const names = Object.keys(checked.rowFeatures);
  const transforms = transformExports(checked);
  // Exported under another name than declared: a row feature may be called `class` or `model`.
  const entry = [
    `import { model } from ${JSON.stringify(path)};`,
    ...names.map((name, i) => `const feature${i} = model.rowFeatures.${name}.compute;`),
    ...transforms.map(({ at }, i) => `const transform${i} = ${at}.use;`),
    `export { ${[
      ...names.map((name, i) => `feature${i} as ${name}`),
      ...transforms.map(({ name }, i) => `transform${i} as ${name}`),
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
