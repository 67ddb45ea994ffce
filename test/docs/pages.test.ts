import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeBlocks, commandsOf, PAGES, pageText } from "./markdown.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
  scripts: Record<string, string>;
};

const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, "")
    .trim()
    .replaceAll(" ", "-");

/** Links of a page that lead nowhere. */
function brokenLinks(page: string, text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    if (anchor === undefined) return false;
    const headings = [...pageText(target).matchAll(/^#+ (.*)$/gm)].map(([, name]) =>
      slug(name ?? ""),
    );
    return !headings.includes(anchor);
  });
}

describe("pages", () => {
  it.each(PAGES)("%s links only to what is there", (page) => {
    expect(brokenLinks(page, pageText(page))).toEqual([]);
  });

  it("sees a link that leads nowhere", () => {
    const text = "[a](docs/nothing.md) [b](README.md#no-such-heading) [c](docs/http.md#errors)";

    expect(brokenLinks("README.md", text)).toEqual([
      "docs/nothing.md",
      "README.md#no-such-heading",
    ]);
  });

  it("names only npm scripts that exist", () => {
    const named = PAGES.flatMap((page) => [
      ...pageText(page).matchAll(/npm (?:run )?(start|test|(?<=run )[\w:-]+)/g),
    ]).map((match) => match[1] as string);

    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it.each(["README.md", "docs/add-a-model.md"])("%s tells of every example model", (page) => {
    const models = globSync("models/*/model.ts").map((path) => basename(dirname(path)));

    expect(models.length).toBeGreaterThan(4);
    expect(models.filter((model) => !pageText(page).includes(`models/${model}/README.md`))).toEqual(
      [],
    );
  });

  it("has a README whose commands are those that are tested", () => {
    const commands = codeBlocks(pageText("README.md"))
      .filter(({ language }) => language === "sh")
      .flatMap(commandsOf);

    expect(commands.map((command) => command.split(" ").slice(0, 3).join(" "))).toEqual([
      "npm ci",
      "npm start",
      "curl -s http://127.0.0.1:4700/models/flight-delay/predictions",
      "npx millrace versions",
      "npx millrace history",
      "npx millrace train",
      "npm run synth",
      "npx cdk bootstrap",
      "npx cdk deploy",
    ]);
  });
});
