import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { canonicalJson } from "../core/canonical-json.ts";
import { loggedColumns } from "../core/definition/served-features.ts";
import { startsByNewData } from "../core/sources/source-keys.ts";
import { findModels } from "../engine/definition/find-models.ts";
import { featuresFolderOf, findStreams } from "../engine/definition/find-streams.ts";

/**
 * Writes every model's definition below a folder: `<model>/definition.json`, `<model>/code.mjs` and
 * an `index.json` of [{model, digest, schedules, compute, ownFunction, newData, inputs}]; every stream as
 * `_streams/<stream>.json` and a `streams.json` of [{stream, digest}]. `cdk synth` runs it.
 *
 * Usage: node cli/bundle-definitions.ts <outdir> [<models folder>]
 */
const [outdir, models = "models"] = process.argv.slice(2);
if (outdir === undefined) {
  console.error("usage: node cli/bundle-definitions.ts <outdir> [<models folder>]");
  process.exit(2);
}

const projects = await findModels(resolve(models));
const streams = await findStreams(featuresFolderOf(resolve(models)), projects);
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
  ...(definition.serving?.function && { ownFunction: definition.serving.function }),
  ...(startsByNewData(definition) && { newData: true }),
  inputs: loggedColumns(definition).map(({ name, kind }) => ({ name, kind })),
}));
await writeFile(join(outdir, "index.json"), `${JSON.stringify(index, null, 2)}\n`);
if (streams.length > 0) {
  await mkdir(join(outdir, "_streams"), { recursive: true });
  for (const { definition } of streams) {
    await writeFile(join(outdir, "_streams", `${definition.name}.json`), canonicalJson(definition));
  }
  const list = streams.map(({ definition, digest }) => ({ stream: definition.name, digest }));
  await writeFile(join(outdir, "streams.json"), `${JSON.stringify(list, null, 2)}\n`);
}
