/**
 * Words of the memory that threads talk through, as 32-bit numbers, each in a cache line of its own.
 *
 * A run is open from when its calls are written until there are none left to take. A worker counts itself
 * in, looks again whether a run is open, takes calls until there are none, and counts itself out; the
 * caller closes the run and waits until nobody is in. So a worker that sleeps holds up nobody.
 */
export const WORD = {
  /** Goes up with every run; sleepers wait for it. */
  signal: 0,
  isOpen: 16,
  /** Workers that may be at a call. */
  inside: 32,
  /** The next call to take, and how many there are. */
  next: 48,
  count: 64,
  /** What is called: the number of a program among those loaded, and of its function. */
  program: 80,
  called: 81,
  loaded: 82,
  asleep: 96,
  hasFailed: 112,
  isOver: 128,
} as const;

export const WORDS = 144;

/** Numbers that a call has room for. */
export const CALL_NUMBERS = 8;

/** Calls of one run; more are made in several. */
export const MOST_CALLS = 512;

/**
 * Looks at a word before a thread falls asleep, about 0.1 ms: waking it takes as long, and between two
 * runs of a tree lie some hundredths of a millisecond.
 */
export const LOOKS = 20_000;

/**
 * What each worker thread runs, as text: a bundle has one file, and a function's own text would name what
 * the bundler puts around it.
 */
export const WORKER_CODE = `
"use strict";
const { receiveMessageOnPort, workerData } = require("node:worker_threads");
const { control, numbers, port, thread } = workerData;
const programs = [];

function load() {
  while (programs.length < Atomics.load(control, ${WORD.loaded})) {
    const { module, memory, names } = receiveMessageOnPort(port).message;
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    programs.push(names.map((name) => exports[name]));
  }
}

function takeCalls() {
  load();
  const call = programs[control[${WORD.program}]][control[${WORD.called}]];
  const count = control[${WORD.count}];
  for (;;) {
    const taken = Atomics.add(control, ${WORD.next}, 1);
    if (taken >= count) return;
    const at = taken * ${CALL_NUMBERS};
    call(thread, numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3], numbers[at + 4],
      numbers[at + 5], numbers[at + 6], numbers[at + 7]);
  }
}

function enter() {
  Atomics.add(control, ${WORD.inside}, 1);
  try {
    if (Atomics.load(control, ${WORD.isOpen}) === 1) takeCalls();
  } catch {
    // told by the thread that waits: an error cannot pass through shared memory
    Atomics.store(control, ${WORD.hasFailed}, 1);
  }
  Atomics.sub(control, ${WORD.inside}, 1);
  Atomics.notify(control, ${WORD.inside});
}

function hasCalls() {
  return (
    Atomics.load(control, ${WORD.isOpen}) === 1 &&
    Atomics.load(control, ${WORD.next}) < Atomics.load(control, ${WORD.count})
  );
}

function waitForCalls() {
  for (let look = 0; look < ${LOOKS}; look++) if (hasCalls()) return;
  const signal = Atomics.load(control, ${WORD.signal});
  Atomics.add(control, ${WORD.asleep}, 1);
  if (!hasCalls() && Atomics.load(control, ${WORD.isOver}) === 0) {
    Atomics.wait(control, ${WORD.signal}, signal);
  }
  Atomics.sub(control, ${WORD.asleep}, 1);
}

load();
while (Atomics.load(control, ${WORD.isOver}) === 0) {
  if (hasCalls()) enter();
  else waitForCalls();
}
`;
