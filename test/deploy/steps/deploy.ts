import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contextOf, FIRST } from "../releases.ts";
import { succeeded } from "../run-cdk.ts";
import { describedStack, madeResources, STACK, stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

export const deploy: Step = {
  name: "cdk deploy",
  async run({ cloud, cdk, folder }) {
    const file = join(folder, "outputs.json");
    const options = ["--require-approval", "never", "--outputs-file", file];
    succeeded(await cdk("deploy", ...options, ...contextOf(FIRST)));

    const { StackStatus } = await describedStack(cloud);
    if (StackStatus !== "CREATE_COMPLETE") throw new Error(`the stack is ${StackStatus}`);
    const written = JSON.parse(readFileSync(file, "utf8"))[STACK];
    const { PredictionUrl, RegistryTableName } = await stackOutputs(cloud);
    if (written.PredictionUrl !== PredictionUrl) {
      throw new Error(`${file} has another PredictionUrl than the stack, ${PredictionUrl}`);
    }
    const models = await cloud.registry(RegistryTableName).models();
    if (models.length === 0) throw new Error("no definition was registered by the deployment");
    const made = await madeResources(cloud);
    return `${made.length} resources; ${models.map(({ model }) => model).join(", ")} registered`;
  },
};
