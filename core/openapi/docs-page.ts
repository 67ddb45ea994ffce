import { exampleText } from "./example-text.ts";
import type { Content, OpenApiDocument, Operation } from "./openapi-document.ts";
import { shapeText } from "./shape-text.ts";

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --get: #1a7f37; --post: #0969da; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { margin-bottom: 0; } h2 { margin: 2rem 0 .5rem; } h3 { font-size: 1em; margin: 1rem 0 .25rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; }
summary { cursor: pointer; padding: .5rem .75rem; display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; }
summary:hover { background: var(--soft); }
details > div { padding: 0 .75rem .75rem; border-top: 1px solid var(--line); }
.method { font-weight: 700; width: 3rem; } .get { color: var(--get); } .post { color: var(--post); }
.about { margin-left: auto; opacity: .75; }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .6rem; border-radius: 6px; overflow-x: auto; margin: .25rem 0; }
table { border-collapse: collapse; } td { padding: .15rem 1rem .15rem 0; vertical-align: top; }
`;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ESCAPES[character] as string);

/** An OpenAPI document as a page that needs no script and loads nothing. */
export function docsPage(document: OpenApiDocument): string {
  const { info, tags, paths } = document;
  const sections = tags.map(({ name }) => {
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.tags.includes(name))
        .map(([method, operation]) => operationText({ path, method, operation }, document)),
    );
    return `<h2>${escaped(name)}</h2>\n${operations.join("\n")}`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)} · HTTP</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(info.title)}</h1>
<p>Version ${escaped(info.version)} · <a href="/openapi.json">openapi.json</a></p>
<p>${escaped(info.description)}</p>
${accessText(document)}${sections.join("\n")}
</body>
</html>
`;
}

/** How a caller says who it is, where the endpoint asks. */
const accessText = ({ components }: OpenApiDocument): string =>
  Object.entries(components.securitySchemes ?? {})
    .map(([name, { description }]) => `<p>Access: ${name}, ${escaped(String(description))}</p>\n`)
    .join("");

interface Placed {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function operationText({ path, method, operation }: Placed, document: OpenApiDocument): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const rows = parameters.map(
    ({ name, in: place, description: about = "" }) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${place}</td><td>${escaped(about)}</td></tr>`,
  );
  const answers = Object.entries(responses).map(([status, { description: about, content }]) =>
    Number(status) < 400
      ? `<h3>${status}</h3>${bodiesText(content, document)}`
      : `<tr><td>${status}</td><td>${escaped(about)}</td></tr>`,
  );
  const [answer = "", ...errors] = answers;
  return `<details id="${escaped(operationId)}">
<summary><span class="method ${method}">${method.toUpperCase()}</span><code>${escaped(path)}</code><span class="about">${escaped(summary)}</span></summary>
<div>
${description === undefined ? "" : `<p>${escaped(description)}</p>`}
${rows.length === 0 ? "" : `<h3>Parameters</h3><table>${rows.join("")}</table>`}
${requestBody === undefined ? "" : `<h3>Request</h3>${bodiesText(requestBody.content, document)}`}
${answer}
${errors.length === 0 ? "" : `<h3>Errors</h3><table>${errors.join("")}</table>`}
</div>
</details>`;
}

function bodiesText(content: Content, { components }: OpenApiDocument): string {
  const bodies = Object.entries(content).map(([type, { schema, example }]) => {
    const shape = schema === undefined ? "" : preText(shapeText(schema, components.schemas));
    return `<code>${escaped(type)}</code>${shape}${exampleOf(example)}`;
  });
  return bodies.join("<br>");
}

function exampleOf(example: unknown): string {
  if (example === undefined) return "";
  return preText(typeof example === "string" ? example : exampleText(example));
}

const preText = (text: string) => `<pre>${escaped(text)}</pre>`;
