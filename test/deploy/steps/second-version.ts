import { until } from "../../fixtures/e2e/until.ts";
import { ALL_FLIGHTS } from "../flights.ts";
import { predict } from "../predictions.ts";
import { stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";
import { trainFrom } from "../training.ts";

export const secondVersion: Step = {
  name: "promote a second version, from 3,000,000 flights",
  async run(world) {
    const { PredictionUrl: url } = await stackOutputs(world.cloud);

    const { version, metrics } = await trainFrom(world, ALL_FLIGHTS, "more data");

    await until(`version ${version} answers`, async () => {
      const answer = await predict({ cloud: world.cloud, url });
      return answer.version === version;
    });
    return `version ${version} is champion, ROC-AUC ${metrics.rocAuc?.toFixed(4)}, and answers`;
  },
};
