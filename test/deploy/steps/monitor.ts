import { z } from "zod";
import { alertAbout } from "../alerts.ts";
import { execute } from "../executions.ts";
import { objectsBelow } from "../objects.ts";
import { MODEL } from "../predictions.ts";
import { stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

const output = z.object({
  drift: z.object({ verdict: z.string(), predictions: z.number(), reportKey: z.string() }),
});

export const monitor: Step = {
  name: "check drift",
  async run({ cloud }) {
    const { BucketName, MonitoringStateMachineArn } = await stackOutputs(cloud);

    const { drift } = output.parse(
      await execute(cloud, MonitoringStateMachineArn, { model: MODEL }),
    );

    // All that was asked was the same flight.
    if (drift.verdict !== "drifted") throw new Error(`the verdict is ${drift.verdict}`);
    const reports = await objectsBelow(cloud, BucketName, drift.reportKey);
    if (reports.size !== 1) throw new Error(`there is no report ${drift.reportKey}`);
    const { subject } = await alertAbout({ cloud, words: /drift/ });
    return `${drift.predictions} predictions have drifted; report stored; told: "${subject}"`;
  },
};
