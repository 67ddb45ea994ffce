import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import { encodeModule } from "../../core/wasm/encode-module.ts";
import {
  type Arguments,
  callsOf,
  ONE_THREAD,
  type WasmProgram,
  type WasmThreads,
} from "../../core/wasm/wasm-threads.ts";
import { CALL_NUMBERS, LOOKS, MOST_CALLS, WORD, WORDS, WORKER_CODE } from "./worker-code.ts";

/** Threads that have to be ended. */
export interface StartedThreads extends WasmThreads {
  end(): void;
  /** Resolves when all workers are gone. */
  readonly ended: Promise<unknown>;
}

/**
 * The calling thread and `count - 1` workers over shared memory. The calling thread does its part of every
 * run and is blocked meanwhile.
 *
 * @param count 1 starts none; so does a machine that shares no memory
 */
export function startThreads(count: number): StartedThreads {
  if (count <= 1) return { ...ONE_THREAD, end() {}, ended: Promise.resolve() };
  const control = new Int32Array(new SharedArrayBuffer(WORDS * 4));
  const numbers = new Float64Array(new SharedArrayBuffer(MOST_CALLS * CALL_NUMBERS * 8));
  const workers = Array.from({ length: count - 1 }, (_, i) => startWorker(control, numbers, i + 1));
  const ports = workers.map(({ port }) => port);
  let loaded = 0;

  return {
    count,
    load(functions, pages) {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
      const module = new WebAssembly.Module(encodeModule(functions, pages, "shared"));
      const names = functions.map(({ name }) => name);
      for (const port of ports) port.postMessage({ module, memory, names });
      const program = loaded++;
      Atomics.store(control, WORD.loaded, loaded);
      const call = callsOf(new WebAssembly.Instance(module, { env: { memory } }));
      return {
        buffer: memory.buffer,
        call,
        run(name, calls) {
          control[WORD.program] = program;
          control[WORD.called] = names.indexOf(name);
          for (let from = 0; from < calls.length; from += MOST_CALLS) {
            runCalls(
              control,
              numbers,
              call[name] as WasmProgram["call"][string],
              calls.slice(from, from + MOST_CALLS),
            );
          }
        },
      };
    },
    ended: Promise.all(workers.map(({ ended }) => ended)),
    end() {
      Atomics.store(control, WORD.isOver, 1);
      Atomics.add(control, WORD.signal, 1);
      Atomics.notify(control, WORD.signal);
      for (const port of ports) port.close();
    },
  };
}

function startWorker(control: Int32Array, numbers: Float64Array, thread: number) {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(WORKER_CODE, {
    eval: true,
    execArgv: [],
    workerData: { control, numbers, port: port2, thread },
    transferList: [port2],
  });
  // A training that was left halfway does not keep the process.
  worker.unref();
  port1.unref();
  return { port: port1, ended: once(worker, "exit") };
}

function runCalls(
  control: Int32Array,
  numbers: Float64Array,
  call: WasmProgram["call"][string],
  calls: readonly Arguments[],
): void {
  calls.forEach((values, i) => {
    numbers.set(values, i * CALL_NUMBERS);
  });
  control[WORD.count] = calls.length;
  Atomics.store(control, WORD.next, 0);
  Atomics.store(control, WORD.isOpen, 1);
  Atomics.add(control, WORD.signal, 1);
  if (Atomics.load(control, WORD.asleep) > 0) Atomics.notify(control, WORD.signal);
  try {
    for (;;) {
      const values = calls[Atomics.add(control, WORD.next, 1)];
      if (!values) break;
      call(0, ...values);
    }
  } finally {
    Atomics.store(control, WORD.isOpen, 0);
    waitForWorkers(control);
  }
  if (Atomics.load(control, WORD.hasFailed) === 1) throw new Error("a worker thread failed");
}

function waitForWorkers(control: Int32Array): void {
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(control, WORD.inside) === 0) return;
  for (;;) {
    const inside = Atomics.load(control, WORD.inside);
    if (inside === 0) return;
    Atomics.wait(control, WORD.inside, inside);
  }
}
