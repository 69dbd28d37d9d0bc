import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, join, normalize, sep } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { errorCodes } from './contract/errors.ts'
import { contract } from './contract/contract.ts'
import { testStudio } from './core/testing/studio.ts'

const src = join(import.meta.dirname, '..')
const limits = { ts: 400, svelte: 300, functionLines: 70, entry: 80 }

interface SourceFile {
  /** Relative to `src`, with forward slashes. */
  readonly path: string
  readonly text: string
  /** The script: all of a `.ts` file, the script blocks of a `.svelte` one at their own lines. */
  readonly script: string
  readonly isTest: boolean
}

const files: readonly SourceFile[] = (await readdir(src, { recursive: true }))
  .map((path) => path.split(sep).join('/'))
  .filter((path) => /\.(ts|svelte)$/.test(path))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8')
    return { path, text, script: path.endsWith('.svelte') ? scriptOf(text) : text, isTest: isTestFile(path) }
  })

function isTestFile(path: string): boolean {
  return /\.test\.ts$|-for-tests?\.ts$|\/testing\/|\/setup\//.test(path)
}

/** Everything outside of `<script>` is blanked, so that line numbers stay. */
function scriptOf(svelte: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ')
  let script = ''
  let at = 0
  for (const match of svelte.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)) {
    const from = match.index + match[0].indexOf('>') + 1
    const code = match[1] ?? ''
    script += blank(svelte.slice(at, from)) + code
    at = from + code.length
  }
  return script + blank(svelte.slice(at))
}

/** What may import what, by folder; the longest folder that matches is the layer of a file. */
interface Layer {
  /** Folders whose files it may import, besides its own. */
  readonly layers: readonly string[]
  /** npm packages it may import, by name or scope. */
  readonly packages: readonly string[]
  readonly node: boolean
}

const exportKits = '../resources/export-kits'

const layers: { readonly [folder: string]: Layer } = {
  'main/contract': { layers: [], packages: ['zod', '@orpc/contract', '@orpc/client'], node: false },
  // The export kits' own arithmetic of a network's input is the studio's too: it is defined once.
  'main/imaging': { layers: ['main/contract', exportKits], packages: ['sharp', '@julusian/jpeg-turbo'], node: true },
  'main/compute': {
    layers: ['main/contract', 'main/imaging', exportKits],
    packages: [
      '@tensorflow/tfjs',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-node-gpu',
      'onnxruntime-node',
      'webgpu',
      'zod',
    ],
    node: true,
  },
  'main/core': {
    layers: ['main/contract'],
    packages: ['zod', '@orpc/server', '@orpc/client', 'better-sqlite3', 'write-file-atomic', 'yauzl', 'yazl'],
    node: true,
  },
  'main/shells': {
    // The words for failures are one table, which the terminal and native dialogs share with the page.
    layers: ['main/contract', 'main/core', 'renderer/text'],
    packages: ['zod', '@orpc/client', '@orpc/server', 'write-file-atomic'],
    node: true,
  },
  'main/shells/http': {
    layers: ['main/contract', 'main/core', 'main/shells', 'renderer/text'],
    packages: ['fastify', '@fastify/static', '@orpc/server', 'ws'],
    node: true,
  },
  'main/shells/cli': {
    layers: ['main/contract', 'main/core', 'main/shells', 'main/shells/http', 'renderer/text'],
    packages: ['zod', 'commander'],
    node: true,
  },
  'main/shells/electron': {
    layers: ['main/contract', 'main/core', 'main/shells', 'renderer/text'],
    packages: ['electron', 'zod', '@orpc/server', 'write-file-atomic'],
    node: true,
  },
  renderer: {
    layers: ['main/contract', 'renderer/text'],
    packages: ['svelte', '@orpc/client', 'zod', 'uplot', 'virtua', '@lucide/svelte', '@fontsource-variable/inter'],
    node: false,
  },
  'renderer/text': { layers: ['main/contract'], packages: [], node: false },
}

function layerOf(path: string): string | null {
  if (path.startsWith(`${exportKits}/`)) return exportKits
  const matching = Object.keys(layers).filter((folder) => path.startsWith(`${folder}/`))
  return matching.toSorted((a, b) => b.length - a.length)[0] ?? null
}

function importsOf(file: SourceFile): readonly string[] {
  return ts.preProcessFile(file.script, true, true).importedFiles.map(({ fileName }) => fileName)
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

const isBuiltin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name)

/** Why an import is not allowed, or null. */
function whyForbidden(file: SourceFile, name: string): string | null {
  const from = layerOf(file.path)
  if (from === null) return null
  const layer = layers[from]
  if (layer === undefined) return null
  if (!name.startsWith('.')) {
    if (isBuiltin(name)) return layer.node ? null : 'it is part of Node'
    return layer.packages.includes(packageOf(name)) ? null : 'the package does not belong to this layer'
  }
  const target = normalize(join(dirname(file.path), name))
    .split(sep)
    .join('/')
  if (target === '../package.json') return from === 'main/core' ? null : 'only the core knows its version'
  const to = layerOf(target)
  return to !== null && (to === from || layer.layers.includes(to)) ? null : `${from} may not know ${to ?? target}`
}

describe('arrows point one way', () => {
  const product = files.filter(({ isTest }) => !isTest)

  it('every file belongs to a layer or is an entry', () => {
    expect(product.map(({ path }) => path).filter((path) => layerOf(path) === null && !/^main\/[\w-]+\.ts$/.test(path))).toEqual([])
  })

  it('contract <- core <- shells, contract <- imaging <- compute, and the page knows only the contract', () => {
    const wrong = product.flatMap((file) =>
      importsOf(file).flatMap((name) => {
        const why = whyForbidden(file, name)
        return why === null ? [] : [`${file.path} imports ${name}: ${why}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('electron is imported by its own shell and the preload only', () => {
    const importers = files.filter((file) => importsOf(file).some((name) => packageOf(name) === 'electron')).map(({ path }) => path)
    expect(importers.filter((path) => !/^main\/(index\.ts|preload\.ts|shells\/electron\/.*)$/.test(path))).toEqual([])
  })

  it('relative imports end in the name of a file', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.') && !/\.(ts|js|mjs|svelte|json|css)$/.test(name.replace(/\?\w+$/, '')))
        .map((name) => `${file.path} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('SQL stands in *-rows.ts and in db/ only', () => {
    const wrong = product.filter(
      ({ path, script }) =>
        path.startsWith('main/core/') &&
        !/-rows\.ts$|^main\/core\/db\//.test(path) &&
        /\.prepare\(|\bSELECT\b.+\bFROM\b|\bINSERT INTO\b/.test(script),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

describe('budgets', () => {
  it('files fit on a few screens', () => {
    const tooLong = files.flatMap(({ path, text, isTest }) => {
      const lines = text.trimEnd().split('\n').length
      const limit = path.endsWith('.svelte') ? limits.svelte : /^main\/[\w-]+\.ts$/.test(path) && !isTest ? limits.entry : limits.ts
      return lines > limit && !/\.test\.ts$/.test(path) ? [`${path}: ${lines} lines, at most ${limit}`] : []
    })
    expect(tooLong).toEqual([])
  })

  it('functions fit on one screen', () => {
    expect(files.flatMap(longFunctions)).toEqual([])
  })
})

/** Functions longer than the limit. The function given to `describe` is a chapter, not a function. */
function longFunctions(file: SourceFile): readonly string[] {
  const source = ts.createSourceFile(file.path, file.script, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && !isChapter(node)) {
      const start = lineOf(node.getStart(source))
      const lines = lineOf(node.getEnd()) - start + 1
      if (lines > limits.functionLines) found.push(`${file.path}:${start} has ${lines} lines, at most ${limits.functionLines}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isChapter(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^(test\.)?describe\b/.test(node.parent.expression.getText())
}

/** `images.list` and so on. */
const procedures = Object.entries(contract).flatMap(([domain, table]) => Object.keys(table).map((name) => [domain, name] as const))

describe('the contract is whole', () => {
  it('every procedure has a handler', async () => {
    const studio = await testStudio()
    const router = studio.router as unknown as Record<string, Record<string, { '~orpc'?: { handler?: unknown } }>>
    const without = procedures.filter(([domain, name]) => typeof router[domain]?.[name]?.['~orpc']?.handler !== 'function')
    await studio.close()
    expect(without).toEqual([])
  })

  it('every procedure has a caller in the page or in the command line', () => {
    const callers = files.filter(({ path, isTest }) => !isTest && /^(renderer|main\/shells)\//.test(path)).map(({ text }) => text)
    const uncalled = procedures.filter(([domain, name]) => {
      const call = new RegExp(`\\b${domain}\\s*\\.\\s*${name}\\b`)
      return !callers.some((text) => call.test(text))
    })
    expect(uncalled.map((path) => path.join('.'))).toEqual([])
  })

  it('every error code has its words', () => {
    const words = ['errors.ts', 'network-errors.ts'].map((name) => readFileSync(join(src, 'renderer/text', name), 'utf8')).join('\n')
    expect(errorCodes.filter((code) => !new RegExp(`^\\s*${code}: \\(`, 'm').test(words))).toEqual([])
  })

  it('every error code is thrown somewhere', () => {
    const product = files.filter(
      ({ path, isTest }) => !isTest && !path.endsWith('contract/errors.ts') && !path.startsWith('renderer/text/'),
    )
    expect(errorCodes.filter((code) => !product.some(({ text }) => text.includes(`'${code}'`)))).toEqual([])
  })
})
