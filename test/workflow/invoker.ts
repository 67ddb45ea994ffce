import type { Fault } from "./faults.ts";
import { type FunctionProcess, LostProcessError } from "./function-process.ts";
import type { Fate } from "./guarded-services.ts";
import type { ServiceCall } from "./service-calls.ts";

/** How an invocation went. */
export interface Invoked {
  readonly output?: unknown;
  /** As Lambda answers it: `errorType` and `errorMessage` of the thrown error, and its trace. */
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
  /** Whether the fault that was meant for it came about. */
  readonly isHit: boolean;
  /** How many things it wrote. */
  readonly writes: number;
}

/** Processes that answer events, each one event at a time. */
export interface Workers {
  readonly take: () => Promise<FunctionProcess>;
  /** Takes one back that has answered. */
  readonly give: (worker: FunctionProcess) => void;
}

export interface Invoker {
  readonly invoke: (workers: Workers, event: unknown, fault?: Fault) => Promise<Invoked>;
  readonly before: (call: ServiceCall) => Fate;
  readonly after: (call: ServiceCall) => void;
  /** Resolves when functions that overran are over, too. */
  readonly settled: () => Promise<void>;
}

/** An invocation under way: what it has done so far, and what is meant to befall it. */
interface Current {
  readonly fault: Fault | undefined;
  kill: () => void;
  readonly overrun: (error: string) => void;
  writes: number;
  isHit: boolean;
}

type Answered = Pick<Invoked, "output" | "error">;

/** Invokes functions as Lambda does for Step Functions, and brings about what goes wrong there. */
export function invoker(): Invoker {
  const current = new Map<string, Current>();
  const behind = new Set<Promise<unknown>>();
  let count = 0;

  const perform = async (workers: Workers, event: unknown, at: Current): Promise<Answered> => {
    const instance = await workers.take();
    at.kill = instance.kill;
    current.set(instance.id, at);
    try {
      const answered = await instance.invoke({ event, requestId: `request-${count++}` });
      workers.give(instance);
      return answered;
    } catch (error) {
      if (!(error instanceof LostProcessError) || at.fault?.kind !== "lost") throw error;
      return { error: { name: at.fault.error, message: error.message } };
    } finally {
      current.delete(instance.id);
    }
  };

  const invoke: Invoker["invoke"] = async (workers, event, fault) => {
    if (fault?.kind === "refused") {
      return {
        error: { name: fault.error, message: "the service said no" },
        isHit: true,
        writes: 0,
      };
    }
    const overrun = Promise.withResolvers<Answered>();
    const at: Current = {
      fault,
      kill: () => {},
      overrun: (name) =>
        overrun.resolve({ error: { name, message: "nobody waits for it any more" } }),
      writes: 0,
      isHit: false,
    };
    // As it would travel.
    const sent: unknown = JSON.parse(JSON.stringify(event ?? null));
    const ended = perform(workers, sent, at).finally(() => behind.delete(ended));
    behind.add(ended);
    const answered = await Promise.race([ended, overrun.promise]);
    return { ...answered, isHit: at.isHit, writes: at.writes };
  };

  return {
    invoke,
    before({ caller }) {
      const at = current.get(caller);
      if (!at?.fault) return "done";
      const { fault } = at;
      if (fault.kind === "lost" && fault.afterWrites !== undefined) return "done";
      at.isHit = true;
      if (fault.kind === "lost") at.kill();
      if (fault.kind === "overrun") at.overrun(fault.error);
      return FATES[fault.kind];
    },
    after({ caller, isWrite }) {
      const at = current.get(caller);
      if (!at || !isWrite) return;
      at.writes += 1;
      if (at.fault?.kind !== "lost" || at.writes !== at.fault.afterWrites) return;
      at.isHit = true;
      at.kill();
    },
    async settled() {
      while (behind.size > 0) await Promise.allSettled(behind);
    },
  };
}

const FATES: Readonly<Record<Fault["kind"], Fate>> = {
  refused: "lost",
  throttled: "throttled",
  denied: "denied",
  lost: "lost",
  overrun: "done",
};
