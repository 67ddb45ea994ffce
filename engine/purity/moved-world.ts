/** Milliseconds that the clock of another world is ahead, a time of day and a year away. */
const AHEAD_MS = 400 * 86_400_000 + 7 * 3_600_000 + 1_234;
/** How far its time zone is ahead of UTC. */
const ZONE_MS = (13 * 60 + 45) * 60_000;
/** What chance gives there, the same every time. */
const CHANCE = 0.4142;

const LOCAL_PARTS = ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds"] as const;

/**
 * Runs something in another world: another year, another time zone, another chance. What it gives
 * differently there depends on more than what it was given. The globals are as before afterwards.
 */
export function inMovedWorld<T>(run: () => T): T {
  const { Date: ownDate } = globalThis;
  const ownRandom = Math.random.bind(Math);
  globalThis.Date = movedDate(ownDate);
  Object.assign(Math, { random: () => CHANCE });
  try {
    return run();
  } finally {
    globalThis.Date = ownDate;
    Object.assign(Math, { random: ownRandom });
  }
}

function movedDate(own: DateConstructor): DateConstructor {
  class MovedDate extends own {
    static override now(): number {
      return own.now() + AHEAD_MS;
    }

    constructor(...given: number[]) {
      const parts = given as Parameters<typeof Date.UTC>;
      super(given.length > 1 ? own.UTC(...parts) - ZONE_MS : (given[0] ?? own.now() + AHEAD_MS));
    }

    override getTimezoneOffset(): number {
      return -ZONE_MS / 60_000;
    }
  }
  for (const part of LOCAL_PARTS) {
    Object.defineProperty(MovedDate.prototype, `get${part}`, {
      value(this: Date) {
        return new own(this.getTime() + ZONE_MS)[`getUTC${part}`]();
      },
    });
  }
  return MovedDate as unknown as DateConstructor;
}
