/**
 * `npm run bench -- <name> …`: runs benchmarks of this folder, each in a process of its own, all of
 * them if none is named. Options are handed on. Exits 1 if one does.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const NAMES = [
  "training",
  "serving",
  "predict",
  "batch",
  "serving-fastapi",
  "end-to-end",
  "synth",
  "start",
  "cold-start",
  "many-models",
  "features",
  "online",
  "prepare",
  "prepare-scale",
  "scale",
];

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const unknown = wanted.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(", ")}; there are ${NAMES.join(", ")}`);
  process.exit(2);
}

const failed = (wanted.length > 0 ? wanted : NAMES).filter((name) => {
  const file = join(import.meta.dirname, `${name}.ts`);
  return spawnSync(process.execPath, [file, ...options], { stdio: "inherit" }).status !== 0;
});
if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
