import { askPrediction, predict } from "../predictions.ts";
import { stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

export const predictOnce: Step = {
  name: "ask the prediction URL",
  async run({ cloud }) {
    const { PredictionUrl: url } = await stackOutputs(cloud);

    const unsigned = await askPrediction({ cloud, url, isSigned: false });
    if (unsigned.status !== 403) throw new Error(`an unsigned request got ${unsigned.status}`);
    const { version, predictions } = await predict({ cloud, url });
    const startedAt = performance.now();
    await predict({ cloud, url });
    const warmMs = Math.round(performance.now() - startedAt);

    const [first] = predictions;
    if (version !== 1 || !first || !(first.probability > 0 && first.probability < 1)) {
      throw new Error(`version ${version} answered ${JSON.stringify(predictions)}`);
    }
    return `unsigned: 403; signed: probability ${first.probability.toFixed(3)} by version 1, warm in ${warmMs} ms`;
  },
};
