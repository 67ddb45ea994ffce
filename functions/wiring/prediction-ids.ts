import { monotonicFactory } from "ulid";

/**
 * Ids of predictions, in order of time. Plain `ulid()` asks for random bytes 16 times an id: under
 * load the largest single cost of a request. This asks once a millisecond and counts on from there.
 */
export const newPredictionId: () => string = monotonicFactory();
