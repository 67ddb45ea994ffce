import {
  type Code,
  type Local,
  local,
  unsigned,
  VALUE_TYPES,
  type ValueType,
} from "./instructions.ts";

/** A function of a module, exported by its name. */
export interface WasmFunction {
  readonly name: string;
  readonly code: Code;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly result: ValueType | undefined;
}

type Variables = Readonly<Record<string, ValueType>>;

/**
 * Describes a function.
 *
 * @param body its code, by its parameters and other local variables
 */
export function wasmFunction<P extends Variables, L extends Variables>(
  name: string,
  parameters: P,
  locals: L,
  body: (variables: Readonly<Record<keyof P | keyof L, Local>>) => readonly Code[],
  result?: ValueType,
): WasmFunction {
  const names = [...Object.keys(parameters), ...Object.keys(locals)];
  const variables = Object.fromEntries(names.map((variable, index) => [variable, local(index)]));
  return {
    name,
    code: body(variables as Record<keyof P | keyof L, Local>).flat(),
    parameters: Object.values(parameters),
    locals: Object.values(locals),
    result,
  };
}

/** Limits of a memory: only its least pages, or least and most pages of one that threads share. */
const LIMITS = { own: 0x00, shared: 0x03 } as const;

/**
 * The bytes of a module that exports the functions and imports its memory as `env.memory`.
 *
 * Source: https://webassembly.github.io/spec/core/binary/modules.html; shared memory:
 * https://github.com/WebAssembly/threads
 *
 * @param pages size of the memory, 64 KiB each
 */
export function encodeModule(
  functions: readonly WasmFunction[],
  pages: number,
  memory: keyof typeof LIMITS = "own",
): Uint8Array<ArrayBuffer> {
  const size = memory === "own" ? unsigned(pages) : [...unsigned(pages), ...unsigned(pages)];
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...vector(parameters.map((type) => [VALUE_TYPES[type]])),
    ...vector(result ? [[VALUE_TYPES[result]]] : []),
  ]);
  const bodies = functions.map(({ locals, code }) => {
    const declared = vector(locals.map((type) => [1, VALUE_TYPES[type]]));
    return sized([...declared, ...code, 0x0b]);
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...text("env"), ...text("memory"), 0x02, LIMITS[memory], ...size]]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ]);
}

function section(id: number, entries: readonly Code[]): number[] {
  return [id, ...sized(vector(entries))];
}

function vector(entries: readonly Code[]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function sized(bytes: Code): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function text(value: string): number[] {
  return sized([...new TextEncoder().encode(value)]);
}
