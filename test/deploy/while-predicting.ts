import { Agent } from "node:http";
import { askPrediction } from "./predictions.ts";
import { stackOutputs } from "./stack.ts";
import type { World } from "./step.ts";

const CLIENTS = 2;

/**
 * Runs an action while clients ask for one prediction after the other.
 *
 * @returns how many they had answered
 * @throws {Error} if one of them was not answered with 200
 */
export async function whilePredicting({ cloud }: World, action: () => Promise<void>) {
  const { PredictionUrl: url } = await stackOutputs(cloud);
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  let isOver = false;
  let answered = 0;
  const failures: string[] = [];
  const client = async () => {
    while (!isOver) {
      const { status, body } = await askPrediction({ cloud, url, agent });
      answered += 1;
      if (status !== 200) failures.push(`${status} ${body}`);
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  try {
    await action();
  } finally {
    isOver = true;
    await clients;
    agent.destroy();
  }
  if (failures.length > 0) {
    throw new Error(`${failures.length} of ${answered} predictions failed: ${failures[0]}`);
  }
  return answered;
}
