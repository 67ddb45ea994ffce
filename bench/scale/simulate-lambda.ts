import { seededRandom } from "../../core/training/random.ts";
import { durationHistogram } from "./duration-histogram.ts";
import { type Environments, environments } from "./environments.ts";
import { type EventHeap, eventHeap } from "./event-heap.ts";
import { checkConservation, type LambdaOutcome, type LambdaScenario } from "./lambda-scenario.ts";
import { nextArrival } from "./load.ts";
import { type TokenBucket, tokenBucket } from "./token-bucket.ts";

interface Request {
  readonly arrivedAt: number;
  attempts: number;
  isDone: boolean;
}

type Refusal = "throttled" | "shed";

interface State {
  readonly scenario: LambdaScenario;
  readonly random: () => number;
  readonly events: EventHeap<Request>;
  readonly instances: Environments;
  /** What the function may scale by. */
  readonly scaling: TokenBucket;
  /** Requests of the account. */
  readonly requests: TokenBucket;
  readonly reads: TokenBucket | undefined;
  /** Scale that was granted: environments, or ten requests per second each. */
  granted: number;
  busy: number;
  readonly counts: Counts;
  readonly latencies: ReturnType<typeof durationHistogram>;
}

type Counts = { -readonly [name in keyof LambdaOutcome]: LambdaOutcome[name] };

/**
 * Lambda's scaling, request by request on a clock of its own.
 *
 * A request is throttled above the account's quota of concurrency, above ten requests per second for each
 * concurrency of it, and where the function needs more scale than it was granted: it gets 100 a second more,
 * up to 1,000 at once; each is one environment, or ten requests per second. What was granted is kept, and is
 * never above the quota, which bounds the account's requests with it. A throttled or shed request asks again after a wait with full jitter.
 *
 * Equal scenarios give equal outcomes. A bucket of requests holds a second's worth; AWS does not say what its
 * holds.
 *
 * @throws {Error} if a request is lost
 */
export function simulateLambda(scenario: LambdaScenario): LambdaOutcome {
  const state = begin(scenario);
  const { random, events } = state;
  const { load, mostPerSecond: most, durationS: until } = scenario;
  let arrival = nextArrival(0, { load, most, until }, random);
  for (;;) {
    const at = Math.min(arrival, events.next());
    if (at === Number.POSITIVE_INFINITY) break;
    if (at === arrival) {
      state.counts.arrivals += 1;
      ask(state, at, { arrivedAt: at, attempts: 0, isDone: false });
      arrival = nextArrival(at, { load, most, until }, random);
    } else happen(state, at, events.pop() as Request);
  }
  const outcome = {
    ...state.counts,
    p50Ms: state.latencies.quantileMs(0.5),
    p99Ms: state.latencies.quantileMs(0.99),
  };
  checkConservation(outcome);
  return outcome;
}

function begin(scenario: LambdaScenario): State {
  const source = seededRandom(scenario.seed);
  const { warm, features } = scenario;
  const perSecond = warm * scenario.requestsPerConcurrency;
  return {
    scenario,
    random: () => source.nextUint32() / 2 ** 32,
    events: eventHeap(),
    instances: environments(warm, scenario.keepAliveS),
    scaling: tokenBucket(scenario.scalingPerSecond, scenario.scalingBurst),
    requests: tokenBucket(perSecond, perSecond),
    reads:
      features &&
      tokenBucket(features.tableUnitsPerSecond, Math.max(1, features.tableUnitsPerSecond)),
    granted: Math.min(warm, scenario.concurrencyQuota),
    busy: 0,
    counts: {
      ...{ arrivals: 0, answered: 0, throttled: 0, shed: 0, failed: 0, withFallback: 0 },
      ...{ attempts: 0, coldStarts: 0, peakConcurrency: 0, peakEnvironments: warm },
      ...{ busyS: 0, lastRefusedS: 0, p50Ms: 0, p99Ms: 0 },
    },
    latencies: durationHistogram(),
  };
}

/** Something of a request is due: its end, or its next attempt. */
function happen(state: State, at: number, request: Request): void {
  if (!request.isDone) {
    ask(state, at, request);
    return;
  }
  state.busy -= 1;
  state.instances.giveBack(at);
  state.latencies.add(at - request.arrivedAt);
}

function ask(state: State, at: number, request: Request): void {
  request.attempts += 1;
  state.counts.attempts += 1;
  const refusal = refuse(state, at);
  if (refusal !== undefined) {
    askAgain(state, at, request, refusal);
    return;
  }
  const isCold = !state.instances.takeIdle(at);
  if (isCold) {
    state.instances.add();
    state.counts.coldStarts += 1;
  }
  serve(state, at, request, isCold);
}

function serve(state: State, at: number, request: Request, isCold: boolean): void {
  const { scenario, counts } = state;
  const serviceS = scenario.serviceS(state.random) + (isCold ? scenario.coldStartS : 0);
  state.busy += 1;
  counts.busyS += serviceS;
  counts.peakConcurrency = Math.max(counts.peakConcurrency, state.busy);
  if (isCold) {
    counts.peakEnvironments = Math.max(counts.peakEnvironments, state.instances.count(at));
  }
  const isRead = state.reads?.take(at, scenario.features?.readUnits) ?? true;
  if (isRead || scenario.features?.hasFallback) counts.answered += 1;
  else counts.failed += 1;
  if (!isRead && scenario.features?.hasFallback) counts.withFallback += 1;
  request.isDone = true;
  state.events.push(at + serviceS, request);
}

/** Why a request is refused; undefined if it is not. */
function refuse(state: State, at: number): Refusal | undefined {
  const { shedAbove } = state.scenario;
  if (state.busy >= state.granted && !scaleUp(state, at)) return "throttled";
  // A request more may need more scale: its rate, where calls are short.
  if (!state.requests.take(at)) {
    if (!scaleUp(state, at) || !state.requests.take(at)) return "throttled";
  }
  return shedAbove !== undefined && state.busy >= shedAbove ? "shed" : undefined;
}

/** One environment more, or ten requests per second; whether it was granted. */
function scaleUp(state: State, at: number): boolean {
  const { scenario } = state;
  if (state.granted >= scenario.concurrencyQuota || !state.scaling.take(at)) return false;
  state.granted += 1;
  const perSecond = state.granted * scenario.requestsPerConcurrency;
  state.requests.resize(at, perSecond, perSecond);
  return true;
}

function askAgain(state: State, at: number, request: Request, refusal: Refusal): void {
  const { attempts, backoffS } = state.scenario;
  if (request.attempts < attempts) {
    const most = backoffS * 2 ** (request.attempts - 1);
    state.events.push(at + state.random() * most, request);
    return;
  }
  state.counts[refusal] += 1;
  state.counts.lastRefusedS = at;
}
