import { ACCOUNT, REGION } from "../cloud.ts";
import { succeeded } from "../run-cdk.ts";
import type { Step } from "../step.ts";

export const bootstrap: Step = {
  name: "cdk bootstrap",
  async run({ cdk }) {
    succeeded(await cdk("bootstrap", `aws://${ACCOUNT}/${REGION}`));
    return "the account takes assets";
  },
};
