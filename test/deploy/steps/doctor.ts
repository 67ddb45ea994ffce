import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Finding } from "../../../cli/doctor/finding.ts";
import { runChild } from "../../fixtures/e2e/child.ts";
import { type Cloud, cloudEnvironment, REGION } from "../cloud.ts";
import { madeResources, STACK } from "../stack.ts";
import type { Step } from "../step.ts";

export const doctor: Step = {
  name: "millrace doctor",
  async run({ cloud }) {
    const well = await examined(cloud);
    if (well.wrong.length > 0 || well.code !== 0) {
      throw new Error(`doctor finds wrong what is not: ${JSON.stringify(well)}`);
    }

    const QueueUrl = await deadLettersOf(cloud);
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
    const ill = await examined(cloud);
    await cloud.sqs.send(new PurgeQueueCommand({ QueueUrl }));

    const [found] = ill.wrong;
    if (ill.code !== 1 || ill.wrong.length !== 1 || found !== "1 dead letters") {
      throw new Error(`doctor does not find the dead letter: ${JSON.stringify(ill)}`);
    }
    return `${well.count} findings, none wrong; then "${found}"`;
  },
};

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
