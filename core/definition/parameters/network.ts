import { z } from "zod";

/** Parameters of a neural network. */
export const networkParameters = z.strictObject({});
