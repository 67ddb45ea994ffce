import { once } from "node:events";
import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { NotFoundError } from "../../../core/errors.ts";
import { eventOfRequest } from "../../../local/http-event.ts";
import { answerJson, listen } from "../../../local/http-server.ts";
import { until } from "../../fixtures/e2e/until.ts";

const start = (log: object[] = []) =>
  listen(
    0,
    async ({ url }, response) => {
      if (url === "/slow") await wait(5);
      if (url === "/missing") throw new NotFoundError("nothing here");
      if (url === "/bug") throw new TypeError("x is not a function");
      answerJson(response, 200, { ok: true });
    },
    (line) => log.push(line),
    { graceMs: 200 },
  );

/** Status of one request over a connection of the agent, 0 if there was no answer. */
const ask = (port: number, agent: Agent) =>
  new Promise<number>((resolve) => {
    const sent = request({ port, host: "127.0.0.1", path: "/slow", agent }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.once("error", () => resolve(0)).end();
  });

describe("the local HTTP server", () => {
  it("answers expected errors by their kind, and a bug without its insides", async () => {
    const log: object[] = [];
    const { port, stop } = await start(log);

    const missing = await fetch(`http://127.0.0.1:${port}/missing`);
    const bug = await fetch(`http://127.0.0.1:${port}/bug`);

    expect([missing.status, await missing.json()]).toEqual([
      404,
      { error: "NotFoundError", message: "nothing here" },
    ]);
    expect([bug.status, await bug.json()]).toEqual([500, { error: "InternalError" }]);
    expect(log).toMatchObject([{ level: "error", error: expect.stringContaining("TypeError") }]);
    await stop();
  });

  it.each([
    ["its headers", "POST / HTTP/1.1\r\nhost: x\r\n"],
    ["its body", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx"],
  ])("answers 408 to a caller that never ends %s", async (_name, half) => {
    const respond = async (incoming: IncomingMessage, response: ServerResponse) => {
      await eventOfRequest(incoming, { requestId: "r", timeMs: 0, mostBodyBytes: 100 });
      answerJson(response, 200, {});
    };
    const log: object[] = [];
    const { port, stop } = await listen(0, respond, (line) => log.push(line), { requestMs: 60 });
    const socket = connect(port, "127.0.0.1").setEncoding("utf8");
    socket.write(half);

    const [answer] = await once(socket, "data");

    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(log).toEqual([]);
    socket.destroy();
    await stop();
  });

  it("stops while clients go on asking over kept connections", async () => {
    const { port, stop } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    let answered = 0;
    const loop = async () => {
      while ((await ask(port, agent)) === 200) answered += 1;
    };
    const loops = Promise.all(Array.from({ length: 20 }, loop));
    await until("answers", () => answered > 100);

    await stop();

    await loops;
    agent.destroy();
  });

  it("stops though a client never finishes its request", async () => {
    const { port, stop } = await start();
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nhalf");
    await once(socket, "connect");
    const startedAt = performance.now();

    await stop();

    expect(performance.now() - startedAt).toBeLessThan(2_000);
    socket.destroy();
  });

  it("fails on a port that is taken", async () => {
    const { port, stop } = await start();

    await expect(
      listen(
        port,
        async () => {},
        () => {},
      ),
    ).rejects.toThrow(/choose another with PORT/);
    await stop();
  });
});
