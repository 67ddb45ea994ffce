import { readFileSync } from "node:fs";
import { join } from "node:path";
import { succeeded } from "../run-cdk.ts";
import { describedStack, madeResources, STACK, stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

export const deploy: Step = {
  name: "cdk deploy",
  async run({ cloud, cdk, folder }) {
    const outputs = join(folder, "outputs.json");
    succeeded(await cdk("deploy", "--require-approval", "never", "--outputs-file", outputs));

    const { StackStatus } = await describedStack(cloud);
    if (StackStatus !== "CREATE_COMPLETE") throw new Error(`the stack is ${StackStatus}`);
    const written = JSON.parse(readFileSync(outputs, "utf8"))[STACK];
    const { PredictionUrl, RegistryTableName } = await stackOutputs(cloud);
    if (written.PredictionUrl !== PredictionUrl) {
      throw new Error(`the outputs file has another PredictionUrl than the stack: ${written}`);
    }
    const models = await cloud.registry(RegistryTableName).models();
    if (models.length === 0) throw new Error("no definition was registered by the deployment");
    const made = await madeResources(cloud);
    return `${made.length} resources; ${models.map(({ model }) => model).join(", ")} registered`;
  },
};
