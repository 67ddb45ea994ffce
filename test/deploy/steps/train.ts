import { subscribeToAlerts, takeAlerts } from "../alerts.ts";
import { writeTenthOfFlights } from "../flights.ts";
import { stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";
import { trainFrom, uploadPast } from "../training.ts";

export const train: Step = {
  name: "train on 300,000 flights",
  async run(world) {
    const { AlertTopicArn } = await stackOutputs(world.cloud);
    await subscribeToAlerts(world.cloud, AlertTopicArn);
    const file = await writeTenthOfFlights(world.folder);

    await uploadPast(world);
    const { version, metrics } = await trainFrom(world, file, "first run");

    const alerts = await takeAlerts(world.cloud);
    if (alerts.length === 0) throw new Error("nobody was told of the new version");
    return `version ${version} is champion, ROC-AUC ${metrics.rocAuc?.toFixed(4)}; told: "${alerts[0]?.subject}"`;
  },
};
