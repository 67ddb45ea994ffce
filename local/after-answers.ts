/**
 * Work that follows an answer: what a function on Lambda does between its answer and its end. An orderly
 * stop waits for it. A kill loses what was answered a moment before: the records of at most the requests
 * then under way, each within milliseconds of its answer.
 */
export interface AfterAnswers {
  /** Takes a task for the answer under way. */
  readonly add: (task: () => Promise<void>) => void;
  /** Runs the tasks taken so far; called when an answer is out. */
  readonly run: () => void;
  /** Resolves when no task is left. */
  readonly settled: () => Promise<void>;
}

export function afterAnswers(log: (line: object) => void): AfterAnswers {
  let waiting: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();

  const run = () => {
    const tasks = waiting;
    waiting = [];
    for (const task of tasks) {
      const ended = task()
        .catch((error: Error) => log({ level: "error", afterAnswer: error.stack }))
        .finally(() => running.delete(ended));
      running.add(ended);
    }
  };

  return {
    add: (task) => waiting.push(task),
    run,
    settled: async () => {
      run();
      while (running.size > 0) await Promise.all(running);
    },
  };
}
