import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { canonicalJson } from "../core/canonical-json.ts";
import { modelInputs } from "../core/definition/model-inputs.ts";
import { findModels } from "../engine/definition/find-models.ts";

/**
 * Writes every model's definition below a folder: `<model>/definition.json`, `<model>/code.mjs` and
 * an `index.json` of [{model, digest, schedules, compute, inputs}]. `cdk synth` runs it.
 *
 * Usage: node cli/bundle-definitions.ts <outdir> [<models folder>]
 */
const [outdir, models = "models"] = process.argv.slice(2);
if (outdir === undefined) {
  console.error("usage: node cli/bundle-definitions.ts <outdir> [<models folder>]");
  process.exit(2);
}

const projects = await findModels(resolve(models));
await rm(outdir, { recursive: true, force: true });
for (const { bundle } of projects) {
  const folder = join(outdir, bundle.definition.name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "definition.json"), canonicalJson(bundle.definition));
  await writeFile(join(folder, "code.mjs"), bundle.code);
}
const index = projects.map(({ bundle: { definition, digest } }) => ({
  model: definition.name,
  digest,
  schedules: definition.schedules,
  compute: definition.compute,
  inputs: modelInputs(definition).map(({ name, kind }) => ({ name, kind })),
}));
await writeFile(join(outdir, "index.json"), `${JSON.stringify(index, null, 2)}\n`);
