import { z } from "zod";

const positive = z.number().positive();

const inputsSchema = z.strictObject({
  measuredAt: z.iso.datetime(),
  machine: z.strictObject({
    processor: z.string().min(1),
    cores: z.int().min(1),
    node: z.string().min(1),
    /** Mean number of processes that wanted to run, over the minute before. */
    loadBefore: z.number().min(0),
  }),
  /** The predict function in process, answer and log record included. */
  requests: z
    .array(
      z.strictObject({
        rows: z.int().min(1),
        /** Processor time of the process and of its threads. */
        processorMs: positive,
        /** Mean duration of each twentieth of the requests, from the shortest to the longest. */
        msTwentieths: z.array(positive).length(20),
        requestBytes: positive,
        answerBytes: positive,
        /** Of the log record in the queue, all its messages. */
        queuedBytes: positive,
        messages: z.int().min(1),
      }),
    )
    .min(1),
  /** From the start of a fresh process to the first answer of the deployed bundle. */
  coldStartMs: positive,
  /** Resident memory of a process that served all of the above. */
  memoryMb: positive,
  /** One BatchGetItem of so many items over loopback. */
  featureRead: z.strictObject({ items: z.int().min(1), ms: positive }),
});

/** What the page is computed from. Times in ms of the machine that is named. */
export type MeasuredInputs = Readonly<z.output<typeof inputsSchema>>;
export type MeasuredRequest = MeasuredInputs["requests"][number];

/** @throws {ZodError} naming the wrong place */
export const parseInputs = (value: unknown): MeasuredInputs => inputsSchema.parse(value);

/** @throws {RangeError} if requests of so many rows were not measured */
export function requestOf({ requests }: MeasuredInputs, rows: number): MeasuredRequest {
  const found = requests.find((request) => request.rows === rows);
  if (found === undefined) throw new RangeError(`requests of ${rows} rows were not measured`);
  return found;
}

/** Mean of a duration, from the means of equal groups. */
export const meanOf = (groups: readonly number[]): number =>
  groups.reduce((sum, ms) => sum + ms, 0) / groups.length;

/** A duration as often as it was measured. @param share uniform in 0..1, below 1 */
export const drawFrom = (groups: readonly number[], share: number): number =>
  groups[Math.floor(share * groups.length)] as number;
