import { ConflictError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { type Judgement, judgeStep } from "../../core/rollout/judge-step.ts";
import { type AdvanceRolloutOutput, advanceRolloutInput } from "../../core/rollout/messages.ts";
import { type RolloutPlan, waitSeconds } from "../../core/rollout/rollout-plan.ts";
import type { CountTraffic } from "../../core/rollout/traffic-counts.ts";
import { underChampion, withCanary, withoutCanary } from "../../core/routing/change-routing.ts";
import type { Canary, Deployment, Routing } from "../../core/routing/deployment.ts";
import { shareText } from "../../core/routing/deployment-text.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface AdvanceRolloutDeps {
  readonly registry: Pick<Registry, "deployment" | "changeDeployment" | "events">;
  readonly countTraffic: CountTraffic;
  readonly clock: Clock;
}

/** A canary under way, and the champion that it is compared with. */
interface UnderWay {
  readonly now: Deployment;
  readonly canary: Canary;
  readonly champion: number;
  readonly plan: RolloutPlan;
}

/** Lines of history in which an execution finds what it did a moment ago. */
const RECENT_EVENTS = 100;

/** Who changed a deployment, as the history says it. */
const actorOf = (runId: string) => `rollout ${runId}`;

type Move = Pick<AdvanceRolloutOutput, "status" | "why">;

/**
 * Judges a canary by the prediction log and moves it on, or takes it back. What it does is one change
 * of the deployment as it was read: a retry finds it done, and a person who was quicker is obeyed.
 */
export const makeHandler =
  (deps: AdvanceRolloutDeps) =>
  async (event: unknown): Promise<AdvanceRolloutOutput> => {
    const { model, version, runId, plan } = parseMessage(advanceRolloutInput, event);
    const now = await deps.registry.deployment(model);
    const { canary, champion } = now;
    const move = await (async (): Promise<Move> => {
      if (champion === version) return promotedAlready(deps, now);
      if (champion === undefined || canary?.rollout !== runId) {
        return takenBack(deps, model, runId);
      }
      return advance(deps, { now, canary, champion, plan });
    })();
    return { ...move, plan, waitSeconds: waitSeconds(plan) };
  };

/** By this execution's own earlier try, or by a person. */
async function promotedAlready({ registry }: AdvanceRolloutDeps, now: Deployment): Promise<Move> {
  const why = `version ${now.champion} is champion`;
  if (now.canary?.version === now.champion) {
    await registry.changeDeployment({ now, routing: withoutCanary(now) }, { by: "rollout", why });
  }
  return { status: "promoted", why };
}

/** By this execution's own earlier try, whose answer was lost, or by a person. */
async function takenBack(
  { registry }: AdvanceRolloutDeps,
  model: string,
  runId: string,
): Promise<Move> {
  const events = await registry.events(model, RECENT_EVENTS);
  const own = events.find(({ by }) => by === actorOf(runId));
  if (own !== undefined && !own.to?.includes("canary")) {
    return { status: "rolled-back", why: own.why };
  }
  return { status: "ended", why: "the canary was taken back or replaced meanwhile" };
}

async function advance(deps: AdvanceRolloutDeps, underWay: UnderWay): Promise<Move> {
  const judgement = await judge(deps, underWay);
  const next = nextOf(underWay, judgement, new Date(deps.clock()).toISOString());
  if (next.routing === undefined) return next.move;
  const { routing, champion, move } = next;
  try {
    await deps.registry.changeDeployment(
      { now: underWay.now, routing, ...(champion !== undefined && { champion }) },
      { by: actorOf(underWay.canary.rollout), why: move.why },
    );
    return move;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // Somebody changed the deployment meanwhile; the next check sees what they made of it.
    return { status: "waiting", why: error.message };
  }
}

async function judge(
  { countTraffic, clock }: AdvanceRolloutDeps,
  { now, canary, champion, plan }: UnderWay,
): Promise<Judgement> {
  const nowMs = clock();
  const until = new Date(nowMs).toISOString();
  const counts = await countTraffic({
    model: now.model,
    canary: canary.version,
    champion,
    window: { from: canary.since, until },
    // A canary with all of the traffic is compared with what the champion did before.
    championFrom: canary.share < 1 ? canary.since : canary.startedAt,
  });
  return judgeStep(plan, counts, nowMs - Date.parse(canary.since));
}

interface NextMove {
  /** Absent: nothing changes. */
  readonly routing?: Routing;
  readonly champion?: number;
  readonly move: Move;
}

function nextOf(
  { now, canary, plan }: UnderWay,
  { verdict, why }: Judgement,
  since: string,
): NextMove {
  const what = `version ${canary.version} at ${shareText(canary.share)}`;
  if (verdict === "waiting") return { move: { status: "waiting", why: `${what}: ${why}` } };
  if (verdict === "failed") {
    const told = `${what} was taken back: ${why}`;
    return { routing: withoutCanary(now), move: { status: "rolled-back", why: told } };
  }
  const step = canary.step + 1;
  const share = plan.steps[step];
  const told = `${what} held: ${why}`;
  if (share === undefined) {
    const routing = underChampion(now, canary.version);
    return { routing, champion: canary.version, move: { status: "promoted", why: told } };
  }
  const routing = withCanary(now, { ...canary, step, share, since });
  return { routing, move: { status: "advanced", why: told } };
}
