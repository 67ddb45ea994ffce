import { mix32, textHash } from "../sketch/hash32.ts";
import type { Deployment, Routing } from "./deployment.ts";
import { hasSlot, SLOTS } from "./slots.ts";

const TWO_32 = 2 ** 32;

/** Makes the place among a canary's shares independent of the slot; any constant does. */
const CANARY_SALT = 0x9e3779b9;

export interface ChosenVersion {
  readonly version: number;
  readonly route: "challenger" | "canary";
}

/**
 * Which version answers the requests of a key, if it is not the champion. The same everywhere and for
 * ever: the key and the model's name are hashed to one of `SLOTS`. Slots of challengers are theirs; of
 * the rest a canary has those keys whose second hash lies below its share, so that a key which once had
 * the canary keeps it while the canary grows.
 *
 * @param key of a customer, a session, a request
 */
export function chooseVersion(
  { model, champion, challengers, canary }: Pick<Deployment, "model" | "champion"> & Routing,
  key: string,
): ChosenVersion | undefined {
  if (challengers.length === 0 && canary === undefined) return undefined;
  const hash = textHash(`${model}/${key}`);
  const slot = Math.floor((hash / TWO_32) * SLOTS);
  const challenger = challengers.find(({ slots }) => hasSlot(slots, slot));
  if (challenger !== undefined) {
    return chosen(challenger.version, "challenger", champion);
  }
  if (canary === undefined || mix32(hash ^ CANARY_SALT) / TWO_32 >= canary.share) return undefined;
  return chosen(canary.version, "canary", champion);
}

/** A version that became champion by another way answers as champion. */
const chosen = (
  version: number,
  route: ChosenVersion["route"],
  champion: number | undefined,
): ChosenVersion | undefined => (version === champion ? undefined : { version, route });
