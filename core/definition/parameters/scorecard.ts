import { z } from "zod";

/** Parameters of a scorecard. */
export const scorecardParameters = z.strictObject({});
