import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RUNBOOKS } from "../../core/observability/runbooks.ts";
import { SAVED_QUERIES } from "../../core/observability/saved-queries.ts";
import { resourcesOf, synthesizedStack } from "../cdk/synthesized-stack.ts";
import { runChild } from "../fixtures/e2e/child.ts";
import { awsCommandsOf, problemsOf } from "./aws-commands.ts";
import { pageText } from "./markdown.ts";

const PAGES = globSync("docs/runbooks/*.md")
  .map((page) => page.replaceAll("\\", "/"))
  .toSorted();
const text = PAGES.map(pageText).join("\n");
const { template } = synthesizedStack();

describe("runbooks", () => {
  it("are those that alerts may name, and a page that leads to each", () => {
    expect(PAGES).toEqual(
      [...RUNBOOKS.map((name) => `docs/runbooks/${name}.md`), "docs/runbooks/README.md"].toSorted(),
    );
    for (const name of RUNBOOKS) {
      expect(pageText("docs/runbooks/README.md")).toContain(`(${name}.md)`);
    }
  });

  it.each([...PAGES, "docs/deploy.md"])("%s has only commands that the AWS CLI has", (page) => {
    const commands = awsCommandsOf(pageText(page));

    expect(commands.flatMap(problemsOf)).toEqual([]);
  });

  it("have commands that are seen, with what is wrong with them", () => {
    const wrong = [
      'aws sqs receive-message --queue-url "$(resource AWS::SQS::Queue X)" --max-messages 3 | tail -3',
      "look at `aws lambda invok --function-name x` first",
      "DEAD=$(aws sqs get-queue-attributes --attribute-names QueueArn)",
    ].join("\n");

    expect(awsCommandsOf(text).length).toBeGreaterThan(50);
    expect(awsCommandsOf(wrong).flatMap(problemsOf)).toEqual([
      "aws sqs receive-message has no option --max-messages",
      "aws lambda invok is no command",
      "aws sqs get-queue-attributes needs --queue-url",
    ]);
  });

  it("name resources and outputs that the stack has", () => {
    const named = [...text.matchAll(/\$\(resource (AWS::\w+::\w+) (\w+)\)/g)];
    const found = named.map(([, type = "", prefix = ""]) => {
      const ids = Object.keys(template.findResources(type));
      return [prefix, ids.filter((id) => id.startsWith(prefix)).length];
    });
    const outputs = [...text.matchAll(/\$\(output (\w+)\)/g)].map(([, name]) => name);

    expect(named.length).toBeGreaterThan(10);
    expect(found.filter(([, count]) => count !== 1)).toEqual([]);
    expect(outputs.length).toBeGreaterThan(15);
    expect(outputs.filter((name) => !template.toJSON().Outputs[name ?? ""]?.Value)).toEqual([]);
  });

  it("name saved queries that the stack has, and leave none out", () => {
    const saved = [...resourcesOf(template, "AWS::Logs::QueryDefinition").values()].map(
      ({ Properties }) => Properties.Name.split("/").at(-1),
    );
    const named = [
      ...text.matchAll(/saved quer(?:y|ies) `([\w-]+)`|[Rr]un (?:the saved query )?`([a-z-]+)`/g),
    ]
      .map(([, first, second]) => first ?? second)
      .filter((name) => name !== "millrace");

    expect(saved).toEqual(SAVED_QUERIES.map(({ name }) => name));
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter((name) => !saved.includes(name))).toEqual([]);
    for (const { name } of SAVED_QUERIES) {
      expect(pageText("docs/runbooks/README.md")).toContain(`| \`${name}\` |`);
    }
  });

  it("name commands of millrace that there are, with options that they have", async () => {
    const named = [...text.matchAll(/(?:^|`)millrace ((?:features )?[a-z-]+)([^`\n]*)/gm)].map(
      ([, command = "", rest = ""]) => ({ command, options: rest.match(/--[a-z-]+/g) ?? [] }),
    );
    const commands = [...new Set(named.map(({ command }) => command))];
    const help = new Map<string, string>();
    for (const command of commands) {
      const { code, stdout } = await runChild(["cli/millrace.ts", ...command.split(" "), "--help"]);
      help.set(command, code === 0 && stdout.includes(`millrace ${command}`) ? stdout : "");
    }

    expect(commands).toContain("doctor");
    expect(commands.filter((command) => help.get(command) === "")).toEqual([]);
    for (const { command, options } of named) {
      for (const option of options) expect(help.get(command)).toContain(option);
    }
  });
});
