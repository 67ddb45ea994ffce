import {
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type Stack,
  type StackEvent,
} from "@aws-sdk/client-cloudformation";
import { z } from "zod";
import type { Cloud } from "./cloud.ts";

export const STACK = "millrace-dev";

const outputs = z.object({
  BucketName: z.string(),
  RegistryTableName: z.string(),
  PredictionUrl: z.url(),
  TrainingStateMachineArn: z.string(),
  MonitoringStateMachineArn: z.string(),
  BatchStateMachineArn: z.string(),
  AlertTopicArn: z.string(),
});
/** What the stack says of itself. */
export type Outputs = z.infer<typeof outputs>;

/** A resource that the stack has made. */
export interface MadeResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** A resource as the template has it. */
export interface TemplateResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export async function describedStack({ cloudFormation }: Cloud): Promise<Stack> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
  const stack = Stacks?.[0];
  if (!stack) throw new Error(`there is no stack ${STACK}`);
  return stack;
}

export async function stackOutputs(cloud: Cloud): Promise<Outputs> {
  const { Outputs = [] } = await describedStack(cloud);
  return outputs.parse(
    Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
  );
}

export async function madeResources({
  cloudFormation: client,
}: Cloud): Promise<readonly MadeResource[]> {
  const made: MadeResource[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: STACK })) {
    for (const summary of page.StackResourceSummaries ?? []) {
      const { LogicalResourceId, PhysicalResourceId, ResourceType } = summary;
      made.push({
        logicalId: LogicalResourceId ?? "",
        physicalId: PhysicalResourceId ?? "",
        type: ResourceType ?? "",
      });
    }
  }
  return made;
}

/** Resources of the template that is deployed, by logical id. */
export async function deployedTemplate({
  cloudFormation,
}: Cloud): Promise<Readonly<Record<string, TemplateResource>>> {
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName: STACK }));
  const { Resources } = JSON.parse(TemplateBody ?? "{}");
  return Resources;
}

/** Newest first. */
export async function stackEvents(
  { cloudFormation: client }: Cloud,
  stack = STACK,
): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const page of paginateDescribeStackEvents({ client }, { StackName: stack })) {
    events.push(...(page.StackEvents ?? []));
  }
  return events;
}
