import { type Context, constants, createContext, runInContext } from "node:vm";
import { impure } from "./impure.ts";
import { pureDate } from "./pure-date.ts";

/** First line of code that runs in the sandbox. Code of versions made before there was one has none. */
export const SANDBOX_MARK = "// millrace: runs in the sandbox, form 1";

/** What the bundler writes last. */
const EXPORTS = /export\s*\{([^{}]*)\};?\s*$/;

type Global = typeof globalThis;

let shared: Context | undefined;

/**
 * Runs a module of row features where there is neither clock nor randomness nor anything outside: a
 * context of JavaScript's own objects, without those that give another answer another time or on
 * another machine. It guards against mistakes, not against attacks: code is the model's own. All code
 * shares one context, whose global object is frozen.
 *
 * @param code what the bundler made: no imports, one list of exports at the end
 * @returns what the module exports, by name
 * @throws whatever the code throws when it is loaded
 */
export function runSandboxed(code: string): Readonly<Record<string, unknown>> {
  const list = EXPORTS.exec(code)?.[1] ?? "";
  const members = list.split(",").flatMap((entry): readonly string[] => {
    const [from = "", to = from] = entry.trim().split(/\s+as\s+/);
    return from === "" ? [] : [`${JSON.stringify(to)}: ${from}`];
  });
  const body = code.replace(EXPORTS, "");
  shared ??= newContext();
  const script = `(() => { "use strict";\n${body}\nreturn { ${members.join(", ")} };\n})()`;
  return runInContext(script, shared, { filename: "code.mjs", lineOffset: -1 });
}

function newContext(): Context {
  // An ordinary global object: with an object of ours in its place every global would be slow to read.
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
  });
  const inner = context as Global;
  harden(inner);
  Object.freeze(inner);
  return context;
}

/** Of JavaScript itself, but not the same on another machine or another time. */
const ABSENT = [
  "Atomics",
  "FinalizationRegistry",
  "SharedArrayBuffer",
  "Temporal",
  "WeakRef",
  "WebAssembly",
];

/** Of the platform, and the same everywhere. */
const LENT = { URL, URLSearchParams, TextEncoder, TextDecoder, atob, btoa };

function harden(inner: Global): void {
  for (const name of ABSENT) Reflect.deleteProperty(inner, name);
  Object.assign(inner, LENT);
  inner.Math.random = () => {
    throw impure("Math.random", "the same row must give the same value every time");
  };
  inner.Date = pureDate(inner.Date);
  const locale = "what it gives depends on the machine's language; name a locale";
  for (const prototype of [inner.Number.prototype, inner.BigInt.prototype]) {
    needsArgument(prototype, "toLocaleString", 0, locale);
  }
  needsArgument(inner.Array.prototype, "toLocaleString", 0, locale);
  needsArgument(inner.String.prototype, "toLocaleLowerCase", 0, locale);
  needsArgument(inner.String.prototype, "toLocaleUpperCase", 0, locale);
  needsArgument(inner.String.prototype, "localeCompare", 1, locale);
  for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"] as const) {
    needsArgument(inner.Date.prototype, name, 0, locale);
    needsTimeZone(inner.Date.prototype, name);
  }
  hardenIntl(inner);
}

function hardenIntl({ Intl: own }: Global): void {
  const members = own as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(own)) {
    const made = members[name];
    if (typeof made !== "function" || !/^[A-Z]/.test(name)) continue;
    const check = (given: readonly unknown[]) => {
      if (given[0] === undefined) throw impure(`Intl.${name}`, "name a locale");
      if (name === "DateTimeFormat") checkTimeZone(`Intl.${name}`, given[1]);
    };
    members[name] = new Proxy(made, {
      construct: (target, given, newTarget) => {
        check(given);
        return Reflect.construct(target, given, newTarget) as object;
      },
      apply: (target, receiver, given) => {
        check(given);
        return Reflect.apply(target, receiver, given);
      },
    });
  }
}

type Method = (this: unknown, ...given: unknown[]) => unknown;

/** Lets a method of a prototype through only where an argument is given. */
function needsArgument(prototype: object, name: string, at: number, why: string): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name] as Method;
  methods[name] = function (...given) {
    if (given[at] === undefined) throw impure(`${name} without a locale`, why);
    return Reflect.apply(original, this, given);
  };
}

function needsTimeZone(prototype: object, name: string): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name] as Method;
  methods[name] = function (...given) {
    checkTimeZone(name, given[1]);
    return Reflect.apply(original, this, given);
  };
}

function checkTimeZone(name: string, options: unknown): void {
  const zone = (options as { readonly timeZone?: unknown } | undefined)?.timeZone;
  if (zone === undefined) throw impure(name, 'name a timeZone, such as "UTC"');
}
