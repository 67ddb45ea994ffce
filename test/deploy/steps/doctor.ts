import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Finding } from "../../../cli/doctor/finding.ts";
import { runChild } from "../../fixtures/e2e/child.ts";
import { type Cloud, cloudEnvironment, REGION } from "../cloud.ts";
import { MODEL } from "../predictions.ts";
import { madeResources, STACK, stackOutputs } from "../stack.ts";
import type { Step } from "../step.ts";

export const doctor: Step = {
  name: "millrace doctor",
  async run({ cloud }) {
    const untrained = await untrainedModels(cloud);
    const well = await examined(cloud);
    if (well.wrong.toSorted().join() !== untrained.join() || well.code !== 1) {
      throw new Error(`doctor finds wrong what is not: ${JSON.stringify(well)}`);
    }

    const QueueUrl = await deadLettersOf(cloud);
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
    const ill = await examined(cloud);
    await cloud.sqs.send(new PurgeQueueCommand({ QueueUrl }));

    const [found, ...others] = ill.wrong.filter((wrong) => !untrained.includes(wrong));
    if (ill.code !== 1 || others.length > 0 || found !== "1 dead letters") {
      throw new Error(`doctor does not find the dead letter: ${JSON.stringify(ill)}`);
    }
    return `${well.count} findings, wrong only that ${untrained.length} models are not trained; then "${found}"`;
  },
};

/** What doctor must say of the deployed models that nobody has trained: all but one. */
async function untrainedModels(cloud: Cloud): Promise<readonly string[]> {
  const { RegistryTableName } = await stackOutputs(cloud);
  const models = await cloud.registry(RegistryTableName).models();
  return models
    .filter(({ model }) => model !== MODEL)
    .map(({ model }) => `${model} has no champion: nobody answers for it`)
    .toSorted();
}

/** What the command says of the deployment, as a person's shell would run it. */
async function examined({ endpoint }: Cloud) {
  const words = ["cli/millrace.ts", "--json", "doctor", "--stack", STACK, "--region", REGION];
  const { code, stdout, stderr } = await runChild(words, { ...cloudEnvironment(endpoint) });
  if (stdout === "") throw new Error(`doctor says nothing: ${stderr}`);
  const findings: readonly Finding[] = JSON.parse(stdout);
  const wrong = findings.filter(({ state }) => state === "wrong").map(({ found }) => found);
  return { code, count: findings.length, wrong };
}

async function deadLettersOf(cloud: Cloud): Promise<string> {
  const queue = (await madeResources(cloud)).find(
    ({ type, logicalId }) => type === "AWS::SQS::Queue" && logicalId.includes("DeadLetters"),
  );
  if (!queue) throw new Error("the stack has no queue of dead letters");
  return queue.physicalId;
}
