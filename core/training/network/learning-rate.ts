import type { NetworkParameters } from "../../definition/parameters/network.ts";

export type ScheduleParameters = Pick<
  NetworkParameters,
  "learningRate" | "schedule" | "warmupEpochs" | "stepEpochs" | "stepFactor" | "epochs"
>;

/**
 * The learning rate at a time of training. It grows as a line through the warm-up; after that it stays,
 * falls to 0 at the last epoch as half a cosine (Loshchilov and Hutter 2017,
 * https://arxiv.org/abs/1608.03983, without restarts), or falls by a factor every few epochs.
 *
 * @param epoch epochs done, parts of one included; 0 at the first step
 * @param stepSize epochs that one step is, > 0
 */
export function learningRateAt(
  epoch: number,
  stepSize: number,
  { learningRate, schedule, warmupEpochs, stepEpochs, stepFactor, epochs }: ScheduleParameters,
): number {
  if (epoch < warmupEpochs) {
    return learningRate * Math.min(1, (epoch + stepSize) / warmupEpochs);
  }
  switch (schedule) {
    case "constant":
      return learningRate;
    case "cosine": {
      const done = (epoch - warmupEpochs) / (epochs - warmupEpochs);
      return (learningRate / 2) * (1 + Math.cos(Math.PI * done));
    }
    case "step":
      return learningRate * stepFactor ** Math.floor(epoch / stepEpochs);
  }
}
