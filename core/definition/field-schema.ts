import { z } from "zod";

/** Name of a column: a field, a feature, a target. */
export const columnName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,62}$/,
    "must be letters, digits and _, not beginning with a digit",
  );

/** What the values of a column must be, in a row of a model or in an event of a stream. */
export const valueRules = {
  type: z.enum(["number", "integer", "boolean", "category", "timestamp"]),
  description: z.string().optional(),
  unit: z.string().optional(),
  /** A row without a value is broken. */
  required: z.boolean().default(true),
  /** Smallest and largest allowed value of a number or an integer. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** The only allowed values of a category. */
  values: z.array(z.string()).min(1).optional(),
  /** Longest allowed text of a category, in UTF-16 code units. */
  maxLength: z.int().positive().max(10_000).default(256),
};

/** The smallest and largest value, where both are given, leave something between them. */
export const isRange = ({
  min,
  max,
}: {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}): boolean => min === undefined || max === undefined || min <= max;

export const notARange = { message: "min must not be above max", path: ["min"] };

/** Files that hold rows, below a folder of the object store. */
export const sourceFilesSchema = z
  .array(
    z.strictObject({
      /** Name below the source's folder in the object store. */
      name: z.string().regex(/^(?!.*\.\.)[\w][\w./-]*$/, "must be a relative path"),
      /**
       * Where the local platform takes it from if the store lacks it: `npm:<package>/<path>`, or a path
       * relative to the folder of the definition.
       */
      from: z.string().optional(),
    }),
  )
  .min(1);
