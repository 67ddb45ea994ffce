/**
 * Instructions of WebAssembly as nested function calls: operands first, then the operation, as the
 * stack machine wants them. Opcodes: https://webassembly.github.io/spec/core/appendix/index-instructions.html
 */
export type Code = readonly number[];

/** A value's type as the module's bytes spell it. */
export const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof VALUE_TYPES;

const EMPTY_BLOCK = 0x40;

/** A whole number >= 0 as LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

/** A whole number as signed LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -64 || rest > 63; rest = Math.floor(rest / 128)) {
    bytes.push((((rest % 128) + 128) % 128) | 128);
  }
  return [...bytes, rest & 127];
}

function operation(...bytes: readonly number[]) {
  return (...operands: readonly Code[]): Code => [...operands.flat(), ...bytes];
}

const simd = (opcode: number) => operation(0xfd, ...unsigned(opcode));

/** @param alignment log2 of the bytes that the address is a multiple of */
function access(opcode: readonly number[], alignment: number) {
  return (offset: number, ...operands: readonly Code[]): Code => [
    ...operands.flat(),
    ...opcode,
    alignment,
    ...unsigned(offset),
  ];
}

function float64(value: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [...bytes];
}

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: access([0x28], 2),
  load8: access([0x2d], 0),
  store: access([0x36], 2),
  store8: access([0x3a], 0),
  equalsZero: operation(0x45),
  lessThan: operation(0x49),
  atLeast: operation(0x4f),
  add: operation(0x6a),
  subtract: operation(0x6b),
  multiply: operation(0x6c),
  and: operation(0x71),
  or: operation(0x72),
  shiftLeft: operation(0x74),
  shiftRight: operation(0x76),
};

export const i64 = {
  const: (value: number): Code => [0x42, ...signed(value)],
  load: access([0x29], 3),
  store: access([0x37], 3),
  isNotZero: operation(0x42, 0, 0x52),
  add: operation(0x7c),
  subtract: operation(0x7d),
  and: operation(0x83),
  or: operation(0x84),
  shiftLeft: operation(0x86),
  shiftRight: operation(0x87),
  /** The bits of a double. */
  ofBits: operation(0xbd),
};

export const f32 = {
  load: access([0x2a], 2),
  equals: operation(0x5b),
  lessThan: operation(0x5d),
};

export const f64 = {
  const: (value: number): Code => [0x44, ...float64(value)],
  load: access([0x2b], 3),
  store: access([0x39], 3),
  add: operation(0xa0),
  multiply: operation(0xa2),
  fromI32: operation(0xb7),
  fromI64: operation(0xb9),
};

/** Two doubles, or two 64-bit integers, at once. */
export const v128 = {
  load: access([0xfd, 0x00], 3),
  store: access([0xfd, 0x0b], 3),
  /** The same double in both lanes. */
  splatF64: simd(0x14),
  withSecondF64: (vector: Code, value: Code): Code => [...vector, ...value, 0xfd, 0x22, 1],
  firstI64: (vector: Code): Code => [...vector, 0xfd, 0x1d, 0],
  secondI64: (vector: Code): Code => [...vector, 0xfd, 0x1d, 1],
  and: simd(0x4e),
  or: simd(0x50),
  shiftLeftI64: simd(0xcb),
  shiftRightI64: simd(0xcd),
  addI64: simd(0xce),
  addF64: simd(0xf0),
  subtractF64: simd(0xf1),
  multiplyF64: simd(0xf2),
  divideF64: simd(0xf3),
  /** The second where it is less than the first, else the first: one instruction, unlike `min`. */
  lesserF64: simd(0xf6),
  /** The second where the first is less, else the first. */
  largerF64: simd(0xf7),
};

/** Copies bytes: where to, where from, how many. */
export const copyMemory = operation(0xfc, 10, 0, 0);

/** Fills bytes: where, with what, how many. */
export const fillMemory = operation(0xfc, 11, 0);

/** Calls a function of the same module, by its place in it. */
export function call(index: number, ...operands: readonly Code[]): Code {
  return [...operands.flat(), 0x10, ...unsigned(index)];
}

export function when(condition: Code, ...body: readonly Code[]): Code {
  return [...condition, 0x04, EMPTY_BLOCK, ...body.flat(), 0x0b];
}

/** A local variable or parameter of a function. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

export function local(index: number): Local {
  return {
    get: [0x20, ...unsigned(index)],
    set: (value) => [...value, 0x21, ...unsigned(index)],
  };
}

/** `for (; at < end; at += step) body`, unsigned. */
export function loop(at: Local, end: Code, step: number, ...body: readonly Code[]): Code {
  const BRANCH_IF = 0x0d;
  return [
    ...[0x02, EMPTY_BLOCK, ...i32.atLeast(at.get, end), BRANCH_IF, 0],
    ...[0x03, EMPTY_BLOCK, ...body.flat()],
    ...[...at.set(i32.add(at.get, i32.const(step))), ...i32.lessThan(at.get, end), BRANCH_IF, 0],
    ...[0x0b, 0x0b],
  ];
}
