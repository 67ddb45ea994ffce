import type { Cloud } from "./cloud.ts";
import type { Cdk } from "./run-cdk.ts";

/** What every step works with. What a step did is read from the cloud by the next one, not passed on. */
export interface World {
  readonly cloud: Cloud;
  readonly cdk: Cdk;
  /** Of this run, empty at its start; kept when the run fails. */
  readonly folder: string;
}

export interface Step {
  /** What is done, as the table at the end says it. */
  readonly name: string;
  /**
   * @returns what was seen, in figures
   * @throws {Error} if what was seen is not what must be
   */
  readonly run: (world: World) => Promise<string>;
  /** To be stopped is how it ends, and no failure. */
  readonly endsWhenStopped?: boolean;
}
