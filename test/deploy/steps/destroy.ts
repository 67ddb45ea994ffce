import { removeAlertQueue } from "../alerts.ts";
import type { Cloud } from "../cloud.ts";
import { INVENTORY } from "../inventory.ts";
import { objectsBelow } from "../objects.ts";
import { MODEL } from "../predictions.ts";
import { succeeded } from "../run-cdk.ts";
import {
  deployedTemplate,
  type MadeResource,
  madeResources,
  STACK,
  stackOutputs,
} from "../stack.ts";
import type { Step } from "../step.ts";

export const destroy: Step = {
  name: "cdk destroy",
  async run({ cloud, cdk }) {
    const template = await deployedTemplate(cloud);
    const { BucketName, RegistryTableName } = await stackOutputs(cloud);
    const isRetained = ({ logicalId }: MadeResource) =>
      /^Retain/.test(template[logicalId]?.DeletionPolicy ?? "Delete");
    const made = (await madeResources(cloud)).filter(({ type }) => type in INVENTORY);
    const before = await stillThere(cloud, made);
    if (before.length !== made.length) {
      throw new Error(`not found although deployed: ${namesOf(missingOf(made, before))}`);
    }

    succeeded(await cdk("destroy", "--force", STACK));
    await removeAlertQueue(cloud);

    const after = await stillThere(cloud, made);
    const retained = made.filter(isRetained);
    const tooMany = missingOf(after, retained);
    const tooFew = missingOf(retained, after);
    if (tooMany.length > 0) throw new Error(`still there: ${namesOf(tooMany)}`);
    if (tooFew.length > 0) throw new Error(`gone, but must be retained: ${namesOf(tooFew)}`);
    const strangers = await othersOfStack(cloud, retained);
    if (strangers.length > 0) throw new Error(`left by something else: ${strangers.join(", ")}`);
    const objects = await objectsBelow(cloud, BucketName, "models/");
    const versions = await cloud.registry(RegistryTableName).versions(MODEL);
    if (objects.size === 0 || versions.length !== 2) {
      throw new Error(`${objects.size} files and ${versions.length} versions are left`);
    }
    return `${made.length - retained.length} resources looked for and gone; left: ${namesOf(retained)}, with ${versions.length} versions`;
  },
};

/** Those that their own service still has. */
async function stillThere(
  cloud: Cloud,
  made: readonly MadeResource[],
): Promise<readonly MadeResource[]> {
  const texts = new Map<string, string>();
  for (const [type, list] of Object.entries(INVENTORY)) texts.set(type, await list(cloud));
  return made.filter(({ type, physicalId }) => texts.get(type)?.includes(idIn(physicalId)));
}

/**
 * Names that the stack's resources have, of resources that are there and are none of the retained
 * ones, nor what a deployment that failed had to retain of them.
 */
async function othersOfStack(
  cloud: Cloud,
  retained: readonly MadeResource[],
): Promise<readonly string[]> {
  // CloudFormation names a resource by stack, logical id and a suffix of its own.
  const families = retained.map(({ physicalId }) => physicalId.replace(/-[^-]+$/, "-"));
  const texts = await Promise.all(Object.values(INVENTORY).map((list) => list(cloud)));
  const names = texts.join("\n").match(new RegExp(`\\b${STACK}-[\\w-]+`, "g")) ?? [];
  return names.filter((name) => !families.some((family) => name.startsWith(family)));
}

/** What a list shows of a physical id: of a queue's URL the name, of a layer's version the layer. */
const idIn = (physicalId: string) =>
  physicalId.replace(/^https?:.*\//, "/").replace(/^(arn:[^:]+:lambda:.*:layer:.*):\d+$/, "$1");

const missingOf = (wanted: readonly MadeResource[], found: readonly MadeResource[]) =>
  wanted.filter(({ logicalId }) => !found.some((one) => one.logicalId === logicalId));

const namesOf = (resources: readonly MadeResource[]) =>
  resources.map(({ type, logicalId }) => `${type} ${logicalId}`).join(", ");
