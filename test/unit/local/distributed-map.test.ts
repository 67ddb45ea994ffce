import { describe, expect, it } from "vitest";
import { InvalidInputError, UnavailableError } from "../../../core/errors.ts";
import { type ExecutionEvent, localStateMachine } from "../../../local/state-machine.ts";

const EACH = {
  Type: "Map",
  Label: "Each",
  ItemReader: {
    Resource: "arn:aws:states:::s3:getObject",
    ReaderConfig: { InputType: "JSON", ItemsPointer: "/files" },
    Parameters: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the state machine
      Bucket: "${BucketName}",
      "Key.$": "States.Format('lists/{}.json', $.model)",
    },
  },
  MaxConcurrencyPath: "$.compute.atMost",
  ToleratedFailurePercentage: 0,
  ItemSelector: {
    "index.$": "$$.Map.Item.Index",
    "name.$": "$$.Map.Item.Value.name",
    "model.$": "$.model",
  },
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: "One",
    States: {
      One: {
        Type: "Task",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the state machine
        Resource: "${TrainArn}",
        TimeoutSeconds: 5,
        Retry: [{ ErrorEquals: ["UnavailableError"], IntervalSeconds: 1, MaxAttempts: 2 }],
        End: true,
      },
    },
  },
  ResultPath: "$.each",
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "After" }],
  Next: "After",
};

const aslWith = (changes: object = {}) =>
  JSON.stringify({
    StartAt: "Each",
    TimeoutSeconds: 60,
    States: { Each: { ...EACH, ...changes }, After: { Type: "Succeed" } },
  });

const input = { model: "m", compute: { atMost: 3 } };
const FILES = Array.from({ length: 7 }, (_, i) => ({ name: `file-${i}` }));

interface Item {
  readonly index: number;
  readonly name: string;
}

async function run(
  one: (item: Item) => Promise<unknown>,
  options: { readonly asl?: string; readonly maxChildren?: number; readonly input?: object } = {},
) {
  const events: ExecutionEvent[] = [];
  const asked: unknown[] = [];
  const machine = localStateMachine(options.asl ?? aslWith(), (_name, item) => one(item as Item), {
    readItems: async (reader, parameters) => {
      asked.push([reader.ReaderConfig?.ItemsPointer, parameters]);
      return FILES;
    },
    ...(options.maxChildren !== undefined && { maxChildren: options.maxChildren }),
  });
  const output = await machine.run(options.input ?? input, {
    name: "run-1",
    retryDelayMs: 0,
    onEvent: (event) => events.push(event),
  });
  return { output, events, asked };
}

/** Runs children that end in rounds; tells how many were under way together. */
function counted() {
  let [now, most] = [0, 0];
  return {
    most: () => most,
    child: async () => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
    },
  };
}

describe("a Distributed Map on this machine", () => {
  it("reads its items, selects from input and item, and hands results on", async () => {
    const { output, asked } = await run(async ({ index, name }) => `${index} ${name}`);

    expect(asked).toEqual([["/files", { Bucket: "BucketName", Key: "lists/m.json" }]]);
    expect(output).toEqual({ ...input, each: FILES.map(({ name }, i) => `${i} ${name}`) });
  });

  it("runs no more children at a time than the Map and the machine allow", async () => {
    const [byMap, byMachine, unlimited] = [counted(), counted(), counted()];

    await run(byMap.child);
    await run(byMachine.child, { maxChildren: 2 });
    await run(unlimited.child, { input: { ...input, compute: { atMost: 0 } } });

    expect([byMap.most(), byMachine.most(), unlimited.most()]).toEqual([3, 2, 7]);
  });

  it("takes its items from its input where it has no reader", async () => {
    const asl = aslWith({ ItemReader: undefined, ItemsPath: "$.files" });

    const { output } = await run(async ({ name }) => name, {
      asl,
      input: { ...input, files: [{ name: "x" }] },
    });

    expect(output).toMatchObject({ each: ["x"] });
  });

  it("tells of each child and once of itself", async () => {
    const { events } = await run(async () => 1);

    const entered = events.filter(({ type }) => type === "entered");
    expect(entered.filter(({ state }) => state === "Each")).toHaveLength(1);
    expect(
      entered.flatMap(({ state, index }) => (state === "One" ? [index] : [])).toSorted(),
    ).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(events.map(({ state }) => state))).toEqual(new Set(["Each", "One", "After"]));
  });

  it("retries a child by its error's name", async () => {
    let left = 2;
    const { output } = await run(async ({ index }) => {
      if (index === 4 && left-- > 0) throw new UnavailableError("busy");
      return index;
    });

    expect(output).toMatchObject({ each: [0, 1, 2, 3, 4, 5, 6] });
  });

  it("fails by one child that fails, with the name that Step Functions gives", async () => {
    const { output } = await run(async ({ index }) => {
      if (index === 4) throw new InvalidInputError("bad file");
      return index;
    });

    expect(output).toMatchObject({
      failure: {
        Error: "States.ExceedToleratedFailureThreshold",
        Cause: expect.stringContaining("bad file"),
      },
    });
  });

  it("fails with the reader's own error where the items cannot be read", async () => {
    const failed = Object.assign(new Error("no list"), { name: "States.ItemReaderFailed" });
    const machine = localStateMachine(aslWith(), async () => 1, {
      readItems: async () => {
        throw failed;
      },
    });

    const output = await machine.run(input, { name: "run-1", retryDelayMs: 0 });

    expect(output).toMatchObject({
      failure: { Error: "States.ItemReaderFailed", Cause: "no list" },
    });
  });

  it.each([
    ["ItemBatcher", { ItemBatcher: { MaxItemsPerBatch: 5 } }, /ItemBatcher is not run/],
    ["a tolerated failure", { ToleratedFailurePercentage: 5 }, /can be 0 only/],
  ])("fails before anything runs on %s, which it does not do", (_what, changes, message) => {
    expect(() => localStateMachine(aslWith(changes), async () => 1)).toThrow(message);
  });
});
