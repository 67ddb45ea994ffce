/** Execution environments, one request at a time each; the one used last is used first. */
export interface Environments {
  readonly count: (at: number) => number;
  /** Whether an idle one was there and taken. */
  takeIdle(at: number): boolean;
  add(): void;
  giveBack(at: number): void;
}

/** @param warm so many idle ones at instant 0 */
export function environments(warm: number, keepAliveS: number): Environments {
  /** Instants since which they are idle, ascending; those before `oldest` are gone. */
  const idleSince: number[] = new Array<number>(warm).fill(0);
  let [oldest, busy] = [0, 0];
  const forget = (at: number) => {
    while (oldest < idleSince.length && at - (idleSince[oldest] as number) > keepAliveS) oldest++;
    if (oldest > 4_096 && oldest * 2 > idleSince.length) {
      idleSince.splice(0, oldest);
      oldest = 0;
    }
  };
  return {
    count: (at) => {
      forget(at);
      return busy + idleSince.length - oldest;
    },
    takeIdle: (at) => {
      forget(at);
      if (idleSince.length === oldest) return false;
      idleSince.pop();
      busy += 1;
      return true;
    },
    add: () => {
      busy += 1;
    },
    giveBack: (at) => {
      busy -= 1;
      idleSince.push(at);
    },
  };
}
