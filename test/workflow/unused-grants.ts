import { covers, type Grant, grantsOf, type Statement } from "./iam-policy.ts";
import type { Use } from "./role-uses.ts";

/** Somebody with a role: a function by its logical id, or a state machine by its name. */
export interface RoleHolder {
  readonly id: string;
  readonly name: string;
  readonly policy: readonly Statement[];
}

/** What Lambda and Step Functions do with a role by themselves, for logs, traces and keys. */
const BY_ITSELF = /^(logs|xray|kms|cloudwatch):/;

/** Each grant that nobody made use of, as `function action resource`. */
export function unusedGrants(
  holders: readonly RoleHolder[],
  uses: readonly Use[],
): readonly string[] {
  return holders.flatMap(({ id, name, policy }) => {
    const own = uses.filter(({ by, allowed }) => by === id && allowed);
    return grantsOf(policy)
      .filter(({ action }) => !BY_ITSELF.test(action))
      .filter((grant) => !own.some((use) => covers(grant, use)))
      .map((grant) => line(name, grant));
  });
}

/** Each thing that was asked for and no grant allowed, once. */
export function missingGrants(
  holders: readonly RoleHolder[],
  uses: readonly Use[],
): readonly string[] {
  const refused = uses.filter(({ allowed }) => !allowed);
  const names = new Map(holders.map(({ id, name }) => [id, name]));
  return [...new Set(refused.map((use) => line(names.get(use.by) ?? use.by, use)))];
}

const line = (name: string, { action, resource }: Grant) => `${name} ${action} ${short(resource)}`;

/** A resource without partition, region and account: those are the same for all of them. */
const short = (resource: string) => resource.split(":").slice(5).join(":");
