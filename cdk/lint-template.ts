import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs cfn-lint on what `cdk synth` wrote; needs Python 3 and, the first time, PyPI. Exits 1 on an
 * error, 2 where nothing was synthesized. Warnings are printed.
 *
 * Usage: node cdk/lint-template.ts
 */
const CFN_LINT = "cfn-lint==1.58.0";
/** W3005: CDK writes `DependsOn` beside the reference that implies it, on purpose. */
const IGNORED = ["W3005"];

const root = join(import.meta.dirname, "..");
const templates = globSync("cdk.out/*.template.json", { cwd: root });
if (templates.length === 0) {
  console.error("cdk.out has no template; run npm run synth first");
  process.exit(2);
}

const venv = join(root, ".cache", CFN_LINT.replace("==", "-"));
const cfnLint = join(venv, "bin", "cfn-lint");
if (!existsSync(cfnLint)) {
  rmSync(venv, { recursive: true, force: true });
  execFileSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
  execFileSync(join(venv, "bin", "pip"), ["install", "--quiet", CFN_LINT], { stdio: "inherit" });
}

const options = ["--non-zero-exit-code", "error", "--ignore-checks", ...IGNORED];
const { status } = spawnSync(cfnLint, [...options, "--template", ...templates], {
  cwd: root,
  stdio: "inherit",
});
if (status === 0) console.error(`cfn-lint: no error in ${templates.join(", ")}`);
process.exit(status ?? 1);
