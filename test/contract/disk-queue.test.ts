import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidInputError } from "../../core/errors.ts";
import { type DiskQueue, diskQueue } from "../../local/disk-queue.ts";
import { queueContract } from "./queue.ts";

let root: string;
let made = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "queue-"));
});

afterAll(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  await rm(root, { recursive: true });
});

let ids = 0;
const newId = () => `id-${ids++}`;
const queues: DiskQueue[] = [];

async function opened(directory: string): Promise<DiskQueue> {
  const queue = await diskQueue({ directory, newId });
  queues.push(queue);
  return queue;
}

async function make() {
  const directory = join(root, `${made++}`);
  const queue = await opened(directory);
  return { queue, directory, drain: () => drained(queue) };
}

async function drained(queue: DiskQueue, max = 7): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { messages, done } = await queue.receiveBatch(max);
    if (messages.length === 0) return bodies;
    bodies.push(...messages.map(({ body }) => body));
    await done();
  }
}

const segments = async (directory: string) =>
  (await readdir(directory)).filter((name) => /^\d+\.jsonl$/.test(name));

queueContract("disk", make);

describe("diskQueue", () => {
  it("keeps the order, and gives each message an id of its own", async () => {
    const { queue } = await make();
    await Promise.all(["a", "b", "c"].map((body) => queue.send(body)));

    const { messages } = await queue.receiveBatch(10);

    expect(messages.map(({ body }) => body)).toEqual(["a", "b", "c"]);
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(3);
  });

  it("hands the same messages out until they are done", async () => {
    const { queue } = await make();
    for (const body of ["a", "b", "c"]) await queue.send(body);

    const first = await queue.receiveBatch(2);
    const again = await queue.receiveBatch(2);
    await again.done();
    await first.done();

    expect(again.messages).toEqual(first.messages);
    expect(await drained(queue)).toEqual(["c"]);
  });

  it("hands out again, after a restart, exactly what was not done", async () => {
    const { queue, directory } = await make();
    for (const body of ["a", "b", "c", "d"]) await queue.send(body);
    await (await queue.receiveBatch(1)).done();
    await queue.receiveBatch(2);

    const restarted = await opened(directory);

    expect(await drained(restarted)).toEqual(["b", "c", "d"]);
    expect(await drained(await opened(directory))).toEqual([]);
  });

  it("does not take a new segment for the one that its cursor was about", async () => {
    const { queue, directory } = await make();
    for (const body of ["a", "b"]) await queue.send(body);
    await (await queue.receiveBatch(1)).done();
    await (await queue.receiveBatch(1)).done();
    const restarted = await opened(directory);
    await restarted.send("c");

    expect(await drained(await opened(directory))).toEqual(["c"]);
  });

  it("removes segments whose messages are done", async () => {
    const { queue, directory } = await make();
    await queue.send("a");
    await drained(queue);
    await queue.send("b");

    expect(await segments(directory)).toHaveLength(1);
    await drained(queue);
    expect(await segments(directory)).toEqual([]);
  });

  it("loses and repeats nothing while messages are sent and received at once", async () => {
    const { queue } = await make();
    const bodies = Array.from({ length: 3_000 }, (_, i) => `${10_000 + i}`);

    const sending = Promise.all(bodies.map((body) => queue.send(body)));
    const received: string[] = [];
    while (received.length < bodies.length) received.push(...(await drained(queue, 100)));
    await sending;

    expect(received).toEqual(bodies);
  });

  it("leaves out a last line that a crash cut off", async () => {
    const { queue, directory } = await make();
    await queue.send("whole");
    const [segment = ""] = await segments(directory);
    await appendFile(join(directory, segment), '["id-x","ha');

    const restarted = await opened(directory);
    await restarted.send("after");

    expect(await drained(restarted)).toEqual(["whole", "after"]);
  });

  it("puts lines that are no messages aside and goes on", async () => {
    const { queue, directory } = await make();
    await queue.send("whole");
    const [segment = ""] = await segments(directory);
    await appendFile(join(directory, segment), 'rubbish\n["id-y","next"]\n{"a":1}\n');

    expect(await drained(await opened(directory), 1)).toEqual(["whole", "next"]);
    expect(await readFile(join(directory, "dead.jsonl"), "utf8")).toBe('rubbish\n{"a":1}\n');
  });

  it("keeps every message that was answered when its process is killed while sending", async () => {
    const directory = join(root, `${made++}`);
    const module = join(import.meta.dirname, "..", "..", "local", "disk-queue.ts");
    const script = `
      import { diskQueue } from ${JSON.stringify(module)};
      let n = 0;
      const queue = await diskQueue({ directory: ${JSON.stringify(directory)}, newId: () => String(n) });
      for (;;) { const body = String(n++); await queue.send(body); process.stdout.write(body + "\\n"); }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });

    let answered = "";
    for await (const chunk of child.stdout) {
      answered += String(chunk);
      if (answered.length > 2_000) break;
    }
    child.kill("SIGKILL");
    await once(child, "exit");

    const sent = answered.split("\n").slice(0, -1);
    const kept = await drained(await opened(directory), 1_000);
    expect(sent.length).toBeGreaterThan(100);
    expect(kept.slice(0, sent.length)).toEqual(sent);
  });

  it("fails on a batch of no messages", async () => {
    const { queue } = await make();
    await expect(queue.receiveBatch(0)).rejects.toThrow(InvalidInputError);
  });
});
