import { z } from "zod";
import { MODEL_NAME } from "../definition/model-name.ts";

/** Name of a model in a task's input. */
export const modelName = z.string().regex(MODEL_NAME.pattern, MODEL_NAME.rule);

/**
 * Name of an execution: Step Functions allows 1 to 80 characters and advises against more than these.
 * It becomes part of object keys. Source: "StartExecution", AWS Step Functions API reference.
 */
export const executionName = z
  .string()
  .regex(
    /^[\w-][\w.-]{0,79}$/,
    "must be 1 to 80 of letters, digits, _, - and ., not beginning with .",
  );
