import { z } from "zod";

/** Name of a column: a field, a feature, a target. */
export const columnName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,62}$/,
    "must be letters, digits and _, not beginning with a digit",
  );

const scalarTypes = ["number", "integer", "boolean", "category", "timestamp"] as const;

/** Types of a model's fields. Events of streams have no tags. */
export const fieldTypes = z.enum([...scalarTypes, "tags"]);

/** Whether values of the type are text: of tags the distinct ones by code point, "|" between them. */
export const isText = (type: z.output<typeof fieldTypes> | undefined): boolean =>
  type === "category" || type === "tags";

/** What the values of a column must be, in a row of a model or in an event of a stream. */
export const valueRules = {
  type: z.enum(scalarTypes),
  description: z.string().optional(),
  unit: z.string().optional(),
  /** A row without a value is broken. */
  required: z.boolean().default(true),
  /** Smallest and largest allowed value of a number or an integer. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** The only allowed values of a category, the only allowed ones of tags. */
  values: z.array(z.string()).min(1).optional(),
  /** Longest allowed text of a category, or of all tags of a row, in UTF-16 code units. */
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

/** What rows are stored as; csv and jsonl (a JSON object a line) also compressed by gzip or zstd. */
export const SOURCE_FORMATS = ["parquet", "csv", "jsonl"] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** How a csv file is written. Its first record names the columns; a quote in quotes is doubled. */
export const csvSchema = z
  .strictObject({
    /** Between fields. @default "," */
    delimiter: z.string().regex(/^[^\s\w"]$|^\t$/u, "must be one character, such as ; or a tab"),
    /** Around fields that hold delimiters, quotes or line ends. @default '"' */
    quote: z.enum(['"', "'"]),
    /** @default "utf-8" */
    encoding: z.enum(["utf-8", "latin-1"]),
  })
  .partial();
export type CsvOptions = z.output<typeof csvSchema>;

/** Members of a source that say how its files are read. */
export const formatRules = {
  format: z.enum(SOURCE_FORMATS),
  /** Of csv files that are not written as RFC 4180 says, in UTF-8. */
  csv: csvSchema.optional(),
};

/** Options of csv belong to csv. */
export const isFormat = ({
  format,
  csv,
}: {
  readonly format: SourceFormat;
  readonly csv?: CsvOptions | undefined;
}): boolean => csv === undefined || format === "csv";

export const notTheFormat = { message: "is for csv files only", path: ["csv"] };

/** Files that hold rows, below a folder of the object store. */
export const sourceFilesSchema = z
  .array(
    z.strictObject({
      /** Name below the source's folder in the object store. */
      name: z.string().regex(/^(?!.*\.\.)[\w][\w./-]*$/, "must be a relative path"),
      /**
       * Where the local platform takes it from if the store lacks it: `npm:<package>/<path>`; a path
       * relative to the folder of the definition; or `module:<path>` of a program that writes it into
       * the folder that is given to it.
       */
      from: z.string().optional(),
    }),
  )
  .min(1);
