import { cloudEnvironment } from "../cloud.ts";
import { stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

/** Keeps what is deployed until the test is stopped: `npm run test:deploy -- --stay`. */
export const stay: Step = {
  name: "stay until Ctrl-C",
  endsWhenStopped: true,
  async run({ cloud }) {
    const variables = Object.entries(cloudEnvironment(cloud.endpoint));
    const words = variables.map(([name, value]) => `${name}=${value}`).join(" ");
    console.log(`export ${words}`);
    console.log(JSON.stringify(await stackOutputs(cloud), null, 2));
    return new Promise(() => setInterval(() => {}, 60_000));
  },
};
