import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { bundleDefinitions } from "./definitions-asset.ts";
import { layerFolders } from "./layer-folders.ts";
import { assertPackageSizes, packageBudget, packageSizes } from "./package-sizes.ts";
import { assertQuotas } from "./quotas.ts";
import { readSettings } from "./settings.ts";
import { MillraceStack } from "./stacks/millrace-stack.ts";

const root = join(import.meta.dirname, "..");
const app = new App();
const settings = readSettings((key) => app.node.tryGetContext(key));
const account = settings.account ?? process.env.CDK_DEFAULT_ACCOUNT;
const region = settings.region ?? process.env.CDK_DEFAULT_REGION;

const stack = new MillraceStack(app, `millrace-${settings.stage}`, {
  description: "Millrace: serverless machine-learning platform",
  env: { ...(account && { account }), ...(region && { region }) },
  settings,
  layerFolders: layerFolders(root, settings.architecture),
  definitions: bundleDefinitions(join(root, "models"), join(root, ".cache", "definitions")),
  gitCommit: app.node.tryGetContext("gitCommit") ?? headCommit(),
});
Validations.of(app).addPlugins(
  new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }),
  new ServerlessChecks(app, { writeSuppressionsToCloudFormation: true }),
);

const assembly = app.synth();
assertQuotas(assembly.directory, stack.templateFile);
assertPackageSizes(
  packageSizes(assembly.directory, stack.templateFile),
  packageBudget(settings.architecture),
);

function headCommit(): string {
  return execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
}
