import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Execution } from "../../local/executions.ts";
import type { Platform } from "../../local/platform.ts";
import { runChild } from "../fixtures/e2e/child.ts";
import { INSTANCE } from "../fixtures/e2e/http.ts";
import { MODEL, makeWorld, type World } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

const millraceAt = (url: string, ...args: readonly string[]) => millraceWith("", url, ...args);
const millraceWith = (token: string, url: string, ...args: readonly string[]) =>
  runChild(["cli/millrace.ts", ...args], { MILLRACE_URL: url, MILLRACE_TOKEN: token });

describe("the millrace command", () => {
  let world: World;
  let platform: Platform;
  let token = "";
  const millrace = (...args: readonly string[]) => millraceWith(token, platform.url, ...args);
  const json = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await millrace("--json", ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout);
  };
  const file = async (name: string, text: string) => {
    await writeFile(join(world.folder, name), text);
    return join(world.folder, name);
  };

  beforeAll(async () => {
    world = await makeWorld();
    platform = await startWorldPlatform(world, { auth: { mode: "tokens" } });
    ({ token } = await json("tokens", "create", "tests", "--why", "to ask"));
  });
  afterAll(async () => {
    await platform?.stop();
    await world.remove();
  });

  it("trains for a person: a line for each state, the candidates, and how it ended", async () => {
    const { code, stdout, stderr } = await millrace("train", MODEL);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^run \d{8}-\d{6}-[0-9a-f]{8}\n( {2}✓ [\w #]+ \d+\.\d s\n)+candidate /);
    expect(stdout).toMatch(/\ncandidate +family +rows +ROC-AUC, validation +test +seconds +USD\n/);
    expect(stdout.match(/^(boosting|logistic)( \*)? .* 100 % +0\.\d{4} +0\.\d{4} /gm)).toHaveLength(
      2,
    );
    expect(stdout).toMatch(
      /\n\nsucceeded: version 1: test ROC-AUC 0\.[56]\d{3}, log-loss 0\.\d{4}\n$/,
    );
  });

  it("trains for a machine: one JSON value", async () => {
    const run = await json("train", MODEL, "--reason", "a second one");

    expect(run).toMatchObject({ status: "succeeded", version: 2, reason: "a second one" });
    expect(run.leaderboard).toHaveLength(2);
    expect(run.states.map(({ state }: { state: string }) => state)).toContain("Evaluate");
  });

  it("predicts the rows of files, and says what became of them", async () => {
    const flights = await file(
      "flights.csv",
      "date,distance,origin,destination\n2001-06-03T17:10:00Z,1745,ORD,LAX\nnoon,1,ORD,LAX\n",
    );
    const { code, stdout, stderr } = await millrace("batch", MODEL, flights, "--name", "two");

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^batch two\n( {2}✓ [\w #]+ \d+\.\d s\n)+version \d: 2 rows, 1 scored, 1 rej/,
    );
    const empty = await file("none.csv", "");
    const failed = await millrace("batch", MODEL, empty);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/\nDataContractError: input file none\.csv is empty \(0 bytes\)/);
    expect(await json("batch-status", MODEL, "two")).toMatchObject({
      ...{ files: 1, done: 1, rows: 2, scored: 1, rejected: 1, hasEnded: true },
    });
    expect((await millrace("batch-status", MODEL, "two")).stdout).toMatch(
      /^batch two by version \d: ended\n1 of 1 files done, the last at .*Z\n2 rows, 1 scored, 1 rejected\n$/,
    );
    expect((await millrace("batch", MODEL)).stderr).toMatch(
      /^millrace: give files to predict, a --prefix, or/,
    );
  });

  it("lists models, versions, runs and the history, for people and for machines", async () => {
    const people = await Promise.all([
      millrace("models"),
      millrace("versions", MODEL),
      millrace("runs", MODEL),
      millrace("history", MODEL),
    ]);
    const machines = [
      await json("models"),
      await json("versions", MODEL),
      await json("runs", MODEL),
      await json("history", MODEL),
    ];

    expect(people.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const [models, versions, runs, history] = people.map(({ stdout }) => stdout);
    expect(models).toMatch(/^model +champion +owner\nflights +2 +end-to-end\n$/);
    expect(versions).toMatch(
      /\n2 +registered +champion +\w+ +0\.[56]\d{3} [\s\S]*\n1 +registered +- /,
    );
    expect(runs?.trimEnd().split("\n")).toHaveLength(3);
    expect(history).toMatch(/alias-moved +champion +1 -> 2 +cli +run \S+ passed its gates/);
    expect(history).not.toMatch(/[0-9a-f]{64}/);
    expect(machines.map(({ length }) => length)).toEqual([1, 2, 2, 11]);
  });

  it("predicts, whichever way the instances are written", async () => {
    const one = await file("one.json", JSON.stringify(INSTANCE));
    const list = await file("list.json", JSON.stringify([INSTANCE, INSTANCE]));
    const body = await file("body.json", JSON.stringify({ instances: [INSTANCE] }));

    expect((await json("predict", MODEL, "--input", one)).predictions).toHaveLength(1);
    expect((await json("predict", MODEL, "--input", list)).predictions).toHaveLength(2);
    expect((await millrace("predict", MODEL, "--input", body)).stdout).toMatch(
      /^flights version \d\npredictionId +label +probability\n\S+-0 +[01] +0\.\d{4}\n$/,
    );
    expect(await json("predict", MODEL, "--input", one, "--model-version", "1")).toMatchObject({
      version: 1,
      alias: "pinned",
    });
  });

  it("makes, lists and revokes tokens, which open the endpoint and no more", async () => {
    const one = await file("asked.json", JSON.stringify(INSTANCE));
    const made = await millrace("tokens", "create", "shop", "--model", MODEL, "--why", "the shop");
    const [text = "", told = ""] = made.stdout.split("\n");
    const id = text.split("_")[1] ?? "";
    const predict = (shown: string) =>
      millraceWith(shown, platform.url, "predict", MODEL, "--input", one);
    const post = async (headers: [string, string][]) => {
      const body = JSON.stringify({ instances: [INSTANCE] });
      const url = `${platform.url}/models/${MODEL}/predictions`;
      return (await fetch(url, { method: "POST", headers, body })).status;
    };
    const bearer: [string, string] = ["authorization", `Bearer ${text}`];

    expect(told).toMatch(new RegExp(`^token ${id} expires at .* It is not shown again`));
    expect((await predict(text)).code).toBe(0);
    expect((await predict("")).stderr).toMatch(
      /^millrace: send authorization.*; set MILLRACE_TOKEN/,
    );
    expect(await post([bearer])).toBe(200);
    expect(await post([bearer, bearer])).toBe(401);
    const listed = await millrace("tokens", "list");
    expect(listed.stdout).toMatch(new RegExp(`\n${id} +shop +valid +${MODEL} +predict, read `));
    expect(listed.stdout).not.toContain(text.split("_")[2]);
    expect((await millrace("tokens", "revoke", id, "--why", "leaked")).stdout).toMatch(
      /was revoked/,
    );
    expect((await millrace("tokens", "list")).stdout).toMatch(/ shop +revoked /);
    const expired = await millrace("tokens", "create", "x", "--days", "400", "--why", "y");
    expect(expired.stderr).toMatch(/^millrace: days: .*365/);
  });

  it("moves an alias and says who was champion when", async () => {
    expect((await millrace("promote", MODEL, "1", "--why", "compare")).stdout).toBe(
      "champion of flights: 2 -> 1\n",
    );
    expect((await millrace("champion", MODEL)).stdout).toBe("1\n");
    const past = ["--at", "2001-01-01T00:00:00Z"];
    expect((await millrace("champion", MODEL, ...past)).stdout).toBe("none yet\n");
    expect(await json("champion", MODEL, ...past)).toMatchObject({ version: null });
    expect(await json("promote", MODEL, "2", "--why", "back", "--alias", "shadow")).toEqual({
      alias: "shadow",
      from: null,
      to: 2,
    });
  });

  it("checks for drift", async () => {
    await platform.drainPredictions();

    expect((await millrace("check-drift", MODEL)).stdout).toMatch(
      /^not-enough-data \(\d predictions\)\n$/,
    );
    expect(await json("check-drift", MODEL)).toMatchObject({ status: "succeeded" });
  });

  it.each<[string, readonly string[], RegExp]>([
    ["an unknown model", ["versions", "nope"], /there is no model nope/],
    ["an unknown model to train", ["train", "nope"], /there is no model nope/],
    ["an unknown version", ["promote", MODEL, "9", "--why", "x"], /no version 9 of model flights/],
    [
      "no version",
      ["promote", MODEL, "two", "--why", "x"],
      /a version is a whole number, got "two"/,
    ],
    ["no alias", ["promote", MODEL, "1", "--why", "x", "--alias", "king"], /one of champion, cha/],
    ["no instant", ["champion", MODEL, "--at", "noon"], /instant in ISO 8601, got "noon"/],
    ["a missing file", ["predict", MODEL, "--input", "no.json"], /cannot read no\.json: ENOENT/],
    ["no JSON", ["predict", MODEL, "--input", "LICENSE"], /LICENSE is no JSON: /],
    ["a file that is no instance", ["predict", MODEL, "--input", "package.json"], /not a field/],
    ["an unknown command", ["xyz"], /unknown command 'xyz'/],
    ["a forgotten option", ["promote", MODEL, "1"], /required option '--why <text>'/],
    ["a URL that is none", ["--url", "here", "models"], /here is no URL/],
  ])("says in one line what is wrong with %s", async (_name, args, message) => {
    const { code, stdout, stderr } = await millrace(...args);

    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^(millrace|error): [^\n]*\n$/);
  });

  it("refuses a second run beside the one that is under way", async () => {
    const { name } = platform.executions.start("training", {
      model: MODEL,
      reason: "x",
      requestedBy: "x",
    });

    const { code, stderr } = await millrace("train", MODEL);

    expect(code).toBe(1);
    expect(stderr).toBe(
      `millrace: training of flights is under way as ${name}; wait for its end\n`,
    );
  });
});

describe("the millrace command without a platform of its own", () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      await once(server, "close");
    }
  });

  /** A server that gives these answers, one after the other, and then the last one again. */
  const serve = async (...answers: readonly string[]) => {
    let next = 0;
    const server = createServer((_request, response) => {
      response.end(answers[Math.min(next++, answers.length - 1)]);
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it("says that there is none, and how to start it", async () => {
    const url = await serve("x");
    const [server] = servers.splice(0);
    server?.close();

    expect(await millraceAt(url, "models")).toEqual({
      code: 1,
      stdout: "",
      stderr: `millrace: no platform answers at ${url}; start it with npm start\n`,
    });
  });

  it("knows another program that has the port", async () => {
    const { code, stderr } = await millraceAt(await serve("<html>hello</html>"), "models");

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^millrace: http\S+ answers with 200 and no JSON, .*<html>hello<\/html>\n$/,
    );
  });

  it("says that the platform was started anew while it waited for a run", async () => {
    const started = JSON.stringify({ runId: "r1" });
    const execution: Partial<Execution> = { status: "running", states: [] };
    const url = await serve(
      started,
      JSON.stringify({ execution }),
      '{"run":null,"execution":null}',
    );

    const { code, stderr } = await millraceAt(url, "train", "m");

    expect(code).toBe(1);
    expect(stderr).toBe(
      "millrace: the platform was started anew during run r1; see millrace runs m\n",
    );
  });

  it("says why a run failed before its first state", async () => {
    const execution: Partial<Execution> = { status: "failed", error: "no such thing", states: [] };
    const url = await serve('{"runId":"r1"}', JSON.stringify({ run: null, execution }));

    expect(await millraceAt(url, "train", "m")).toEqual({
      code: 1,
      stdout: "run r1\nfailed: no such thing\n",
      stderr: "",
    });
  });
});
