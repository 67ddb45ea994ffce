import { encodeModule, type WasmFunction } from "./encode-module.ts";

/** Whole numbers and doubles, as the function's parameters want them. */
export type Arguments = readonly number[];

/** A module at work: its functions on the calling thread, and on all of them at once. */
export interface WasmProgram {
  readonly buffer: ArrayBufferLike;
  readonly call: Readonly<Record<string, (...values: Arguments) => number>>;
  /**
   * Calls a function once with each set of arguments and waits until all calls are done. Before them each
   * call is given the number of the thread that does it, 0 for the calling one. Which thread does which
   * call is open, and so is their order.
   *
   * @throws {Error} if a call fails on any thread
   */
  run(name: string, calls: readonly Arguments[]): void;
}

/** Threads that run modules of WebAssembly over memory that all of them see. */
export interface WasmThreads {
  /** The calling thread among them, >= 1. */
  readonly count: number;
  /** @param pages size of the memory, 64 KiB each */
  load(functions: readonly WasmFunction[], pages: number): WasmProgram;
}

/** The calling thread alone. */
export const ONE_THREAD: WasmThreads = {
  count: 1,
  load(functions, pages) {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const module = new WebAssembly.Module(encodeModule(functions, pages));
    const call = callsOf(new WebAssembly.Instance(module, { env: { memory } }));
    return {
      buffer: memory.buffer,
      call,
      run(name, calls) {
        for (const values of calls) call[name]?.(0, ...values);
      },
    };
  },
};

export function callsOf({ exports }: WebAssembly.Instance): WasmProgram["call"] {
  return exports as WasmProgram["call"];
}
