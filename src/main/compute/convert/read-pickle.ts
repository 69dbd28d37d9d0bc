import { MalformedFile, requireWellFormed } from './malformed-file.ts'
import type { ByteCursor } from './byte-cursor.ts'

/** A global that the file names. Only the names that the caller knows get here; none is ever looked up or called. */
export class PickledGlobal {
  readonly qualifiedName: string
  constructor(qualifiedName: string) {
    this.qualifiedName = qualifiedName
  }
}

/** What a pickle holds, as plain data. Lists and tuples are arrays, dictionaries are maps. */
export type Pickled = string | number | bigint | boolean | null | PickledGlobal | Pickled[] | Map<Pickled, Pickled> | object

/** How the caller understands a file's own objects. Both throw `MalformedFile` for what they do not know. */
export interface PickleRules {
  readonly globals: ReadonlySet<string>
  /** A call that the file asks for, e.g. to put a tensor together: described, not made. */
  rebuild(global: PickledGlobal, args: readonly Pickled[]): Pickled
  /** A reference to something outside the pickle. */
  persistent(id: Pickled): Pickled
}

interface PickleState {
  readonly cursor: ByteCursor
  readonly rules: PickleRules
  readonly stack: Pickled[]
  readonly marks: number[]
  readonly memo: Map<number, Pickled>
}

function pop(state: PickleState): Pickled {
  const floor = state.marks.at(-1) ?? 0
  requireWellFormed(state.stack.length > floor, `nothing to take at byte ${state.cursor.position}`)
  return state.stack.pop() as Pickled
}

function top(state: PickleState): Pickled {
  const value = pop(state)
  state.stack.push(value)
  return value
}

function popToMark(state: PickleState): Pickled[] {
  const mark = state.marks.pop()
  requireWellFormed(mark !== undefined, `no mark at byte ${state.cursor.position}`)
  return state.stack.splice(mark)
}

function topMap(state: PickleState): Map<Pickled, Pickled> {
  const value = top(state)
  requireWellFormed(value instanceof Map, `no dictionary at byte ${state.cursor.position}`)
  return value
}

function recall(state: PickleState, index: number): Pickled {
  const value = state.memo.get(index)
  requireWellFormed(value !== undefined, `refers to the unknown note ${index}`)
  return value
}

function readGlobal({ cursor, rules }: PickleState): PickledGlobal {
  const qualifiedName = `${cursor.line()} ${cursor.line()}`
  if (!rules.globals.has(qualifiedName)) throw new MalformedFile(`refused: the file asks for ${qualifiedName.slice(0, 80)}`)
  return new PickledGlobal(qualifiedName)
}

function readLong(state: PickleState): number | bigint {
  const length = state.cursor.uint8()
  requireWellFormed(length <= 16, `a number of ${length} bytes`)
  const value = state.cursor.bigInteger(length)
  return BigInt.asIntN(53, value) === value ? Number(value) : value
}

function setItems(state: PickleState, items: readonly Pickled[]): void {
  requireWellFormed(items.length % 2 === 0, `a key without a value at byte ${state.cursor.position}`)
  const target = topMap(state)
  for (let index = 0; index < items.length; index += 2) target.set(items[index] as Pickled, items[index + 1] as Pickled)
}

function appendItems(state: PickleState, items: readonly Pickled[]): void {
  const target = top(state)
  requireWellFormed(Array.isArray(target), `no list at byte ${state.cursor.position}`)
  for (const item of items) target.push(item)
}

function tuple(state: PickleState, length: number): Pickled[] {
  return Array.from({ length }, () => pop(state)).reverse()
}

function reduce(state: PickleState): Pickled {
  const args = pop(state)
  const global = pop(state)
  requireWellFormed(global instanceof PickledGlobal && Array.isArray(args), `a call of something unknown at byte ${state.cursor.position}`)
  return state.rules.rebuild(global, args)
}

/** Codes of Python's pickletools that build plain data; every other one is refused. */
const opcodes: Readonly<Record<number, (state: PickleState) => void>> = {
  0x80: ({ cursor }) => requireWellFormed(cursor.uint8() === 2, 'not a pickle of protocol 2'),
  0x28: ({ marks, stack }) => void marks.push(stack.length),
  0x7d: ({ stack }) => void stack.push(new Map()),
  0x5d: ({ stack }) => void stack.push([]),
  0x29: ({ stack }) => void stack.push([]),
  0x71: (state) => void state.memo.set(state.cursor.uint8(), top(state)),
  0x72: (state) => void state.memo.set(state.cursor.uint32(), top(state)),
  0x68: (state) => void state.stack.push(recall(state, state.cursor.uint8())),
  0x6a: (state) => void state.stack.push(recall(state, state.cursor.uint32())),
  0x58: ({ cursor, stack }) => void stack.push(cursor.utf8(cursor.uint32())),
  0x4b: ({ cursor, stack }) => void stack.push(cursor.uint8()),
  0x4d: ({ cursor, stack }) => void stack.push(cursor.uint16()),
  0x4a: ({ cursor, stack }) => void stack.push(cursor.int32()),
  0x8a: (state) => void state.stack.push(readLong(state)),
  0x88: ({ stack }) => void stack.push(true),
  0x89: ({ stack }) => void stack.push(false),
  0x4e: ({ stack }) => void stack.push(null),
  0x63: (state) => void state.stack.push(readGlobal(state)),
  0x74: (state) => void state.stack.push(popToMark(state)),
  0x85: (state) => void state.stack.push(tuple(state, 1)),
  0x86: (state) => void state.stack.push(tuple(state, 2)),
  0x87: (state) => void state.stack.push(tuple(state, 3)),
  0x51: (state) => void state.stack.push(state.rules.persistent(pop(state))),
  0x52: (state) => void state.stack.push(reduce(state)),
  0x73: (state) => setItems(state, tuple(state, 2)),
  0x75: (state) => setItems(state, popToMark(state)),
  0x61: (state) => appendItems(state, [pop(state)]),
  0x65: (state) => appendItems(state, popToMark(state)),
  // BUILD: attributes of the object below, here only the metadata of a state dict. Dropped.
  0x62: (state) => void pop(state),
}
const stop = 0x2e

/**
 * Reads one pickle (protocol 2) as plain data. Nothing is imported and nothing is called: names and calls are checked against `rules` and
 * described. Throws `MalformedFile` for every opcode and name that a saved state dict does not need.
 */
export function readPickle(cursor: ByteCursor, rules: PickleRules): Pickled {
  const state: PickleState = { cursor, rules, stack: [], marks: [], memo: new Map() }
  for (;;) {
    const opcode = cursor.uint8()
    if (opcode === stop) break
    const run = opcodes[opcode]
    if (run === undefined) throw new MalformedFile(`refused: opcode 0x${opcode.toString(16)} at byte ${cursor.position - 1}`)
    run(state)
  }
  requireWellFormed(state.stack.length === 1 && state.marks.length === 0, `a pickle that is left unfinished at byte ${cursor.position}`)
  return state.stack[0] as Pickled
}
