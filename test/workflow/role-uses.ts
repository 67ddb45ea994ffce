import type { DeployedMachine, Deployment } from "./deployment.ts";
import { askedForEvents } from "./fargate.ts";
import { ownerOf } from "./function-pool.ts";
import { type Asked, isAllowed, type Statement } from "./iam-policy.ts";
import type { RoleHolder } from "./unused-grants.ts";

/** What was asked of a service by a function, or of Lambda by a state machine. */
export interface Use extends Asked {
  /** Logical id of the function, or name of the state machine. */
  readonly by: string;
  readonly allowed: boolean;
}

/** The roles of a deployment, and everything that was asked for with them so far. */
export interface RoleUses {
  readonly holders: readonly RoleHolder[];
  readonly uses: readonly Use[];
  /** Policies that hold in place of the template's, by the holder's id. */
  readonly planted: Map<string, readonly Statement[]>;
  /** Policy of the role that an access key id belongs to. */
  readonly policyOf: (accessKeyId: string) => readonly Statement[];
  /** Remembers what a function or a container asked for. */
  readonly remember: (accessKeyId: string, asked: Asked, allowed: boolean) => void;
  /** Whether the role of a state machine allows something; remembers that too. */
  readonly mayDo: (machine: DeployedMachine, asked: Asked) => boolean;
}

export function roleUses(deployment: Deployment): RoleUses {
  const holders = holdersOf(deployment);
  const uses: Use[] = [];
  const planted = new Map<string, readonly Statement[]>();
  const mayDo: RoleUses["mayDo"] = ({ name, policy }, asked) => {
    const allowed = isAllowed(policy, asked);
    uses.push({ by: name, allowed, ...asked });
    return allowed;
  };
  for (const machine of Object.values(deployment.machines)) {
    for (const asked of askedForEvents(machine)) mayDo(machine, asked);
  }
  return {
    holders,
    uses,
    planted,
    policyOf(accessKeyId) {
      const id = ownerOf(accessKeyId);
      return planted.get(id) ?? holders.find((holder) => holder.id === id)?.policy ?? [];
    },
    remember: (accessKeyId, asked, allowed) =>
      void uses.push({ by: ownerOf(accessKeyId), allowed, ...asked }),
    mayDo,
  };
}

function holdersOf({ functions, machines, tasks }: Deployment): readonly RoleHolder[] {
  return [
    ...functions.map(({ logicalId, name, policy }) => ({ id: logicalId, name, policy })),
    ...Object.values(machines).map(({ name, policy }) => ({ id: name, name, policy })),
    ...tasks.map(({ role }) => ({ id: role.logicalId, name: "task", policy: role.policy })),
  ];
}
