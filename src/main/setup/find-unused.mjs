import { readFileSync, readdirSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { root } from './places.mjs'

// Says which files, exports and dependencies nobody uses, one a line, and ends with 1 when there is one. A tool that does this was tried and
// cannot be installed everywhere (its platform packages are missing from the lock).

/** Started by name, not imported. */
const entries = [
  /^src\/main\/[\w-]+\.ts$/,
  /^src\/renderer\/main\.ts$/,
  /\.test\.ts$/,
  /\.config\.(ts|js)$/,
  /^src\/main\/setup\//,
  /^e2e\/bench\/(main|degraded-photos|(coach\/)?[\w-]+-process)\.ts$/,
  /^e2e\/electron\/contract-(main|page)\.ts$/,
]
/** Dependencies that no source names, and what uses them. */
const usedByName = new Map([
  ['electron-vite', 'app-build.mjs starts it'],
  ['prettier', 'check.mjs starts it'],
  ['svelte-check', 'check.mjs starts it'],
  ['prettier-plugin-svelte', 'named in .prettierrc.json'],
  ['playwright', 'test.mjs starts its command line'],
  ['vitest', 'test.mjs starts it'],
  ['electron', 'start.mjs starts it'],
  ['vite', 'electron-vite asks for it'],
  ['node-api-headers', 'the native engine is compiled with them'],
])
const typesOnly = /^@types\//
const platformNode = /^node-(linux|win)-/

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const listed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies })
/** @param {string} specifier @returns {string} */
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
/** @param {string} specifier @returns {boolean} */
const isListed = (specifier) => listed.includes(packageOf(specifier))

/** @typedef {{ exports: Set<string>, uses: Map<string, Set<string>>, packages: Set<string>, text: string }} Source names used of each imported file; `*` = all */

const files = ['src', 'e2e', 'resources/export-kits']
  .flatMap((place) =>
    readdirSync(join(root, place), { recursive: true, withFileTypes: true }).map((entry) => ({
      entry,
      path: relative(root, join(entry.parentPath, entry.name)),
    })),
  )
  .filter(({ entry, path }) => entry.isFile() && /\.(ts|mjs|js|svelte|css|html)$/.test(path) && !path.includes('node_modules'))
  .map(({ path }) => path.replaceAll('\\', '/'))
  .concat('electron.vite.config.ts')
const known = new Set(files)
const sources = new Map(files.map((path) => [path, readSource(path)]))

/** @param {string} path @returns {Source} */
function readSource(path) {
  const text = readFileSync(join(root, path), 'utf8')
  /** @type {Source} */
  const source = { exports: new Set(), uses: new Map(), packages: new Set(), text }
  if (path.endsWith('.css') || path.endsWith('.html')) {
    for (const [, name] of text.matchAll(/(?:@import|src=|href=)\s*['"]([^'"]+)['"]/g))
      // In a page, a bare name is a file beside it.
      if (name !== undefined && !name.includes(':')) use(source, path, /^[./]/.test(name) || isListed(name) ? name : `./${name}`, ['*'])
    return source
  }
  const code = path.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n')
    : text
  const tree = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, /\.m?js$/.test(path) ? ts.ScriptKind.JS : ts.ScriptKind.TS)
  for (const statement of tree.statements) readStatement(source, path, statement)
  readDynamicImports(source, path, tree)
  return source
}

/** @param {Source} source @param {string} path @param {ts.Statement} statement */
function readStatement(source, path, statement) {
  if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
    const bindings = statement.importClause?.namedBindings
    const named =
      bindings !== undefined && ts.isNamedImports(bindings)
        ? bindings.elements.map((element) => (element.propertyName ?? element.name).text)
        : []
    const all = bindings !== undefined && ts.isNamespaceImport(bindings)
    use(source, path, statement.moduleSpecifier.text, [
      ...named,
      ...(all ? ['*'] : []),
      ...(statement.importClause?.name ? ['default'] : []),
    ])
  } else if (ts.isExportDeclaration(statement)) {
    const from = statement.moduleSpecifier
    const named = statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause) ? statement.exportClause.elements : null
    if (from !== undefined && ts.isStringLiteral(from))
      use(source, path, from.text, named === null ? ['*'] : named.map((element) => (element.propertyName ?? element.name).text))
    for (const element of named ?? []) source.exports.add(element.name.text)
  } else if (
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) === true
  ) {
    for (const name of declaredNames(statement)) source.exports.add(name)
  }
}

/** @param {ts.Statement} statement @returns {string[]} */
function declaredNames(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name)
        ? [name.text]
        : name.elements.flatMap((element) => (ts.isBindingElement(element) && ts.isIdentifier(element.name) ? [element.name.text] : [])),
    )
  const { name } = /** @type {{ name?: ts.Node }} */ (/** @type {unknown} */ (statement))
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : []
}

/**
 * Imports inside expressions and types, and programs that are started by their file's name; which names they take is not followed.
 * @param {Source} source @param {string} path @param {ts.SourceFile} tree
 */
function readDynamicImports(source, path, tree) {
  for (const [, name] of tree.text.matchAll(/(?:\bimport|\brequire|\.resolve)\(\s*['"]([@.\w][^'"]*)['"]/g))
    if (name !== undefined && (name.startsWith('.') || isListed(name))) use(source, path, name, ['*'])
  for (const [, name] of tree.text.matchAll(/['"/]([\w-]+\.(?:ts|mjs))['"]/g))
    for (const target of files.filter((each) => each !== path && each.endsWith(`/${name}`)))
      source.uses.set(target, new Set(['*', ...(source.uses.get(target) ?? [])]))
}

/** @param {Source} source @param {string} from @param {string} specifier @param {readonly string[]} names */
function use(source, from, specifier, names) {
  const bare = specifier.replace(/\?.*$/, '')
  if (!bare.startsWith('.') && !bare.startsWith('/')) {
    source.packages.add(packageOf(bare))
    return
  }
  const base = bare.startsWith('/') ? join('src/renderer', bare) : relative(root, resolve(root, dirname(from), bare)).replaceAll('\\', '/')
  const target = [base, `${base}.ts`, base.replace(/\.js$/, '.ts')].find((path) => known.has(path))
  if (target === undefined) return
  const taken = source.uses.get(target) ?? new Set()
  for (const name of names) taken.add(name)
  source.uses.set(target, taken)
}

const isEntry = (/** @type {string} */ path) =>
  entries.some((pattern) => pattern.test(path)) || !/\.(ts|svelte|css)$/.test(path) || path === 'electron.vite.config.ts'

/** @returns {string[]} */
function unusedFiles() {
  const reached = new Set(files.filter(isEntry))
  for (const path of reached) for (const target of sources.get(path)?.uses.keys() ?? []) reached.add(target)
  return files.filter((path) => !reached.has(path)).map((path) => `${path}: nobody imports this file`)
}

/** @returns {string[]} */
function unusedExports() {
  /** @type {Map<string, Set<string>>} */
  const taken = new Map()
  for (const { uses } of sources.values())
    for (const [target, names] of uses) taken.set(target, new Set([...(taken.get(target) ?? []), ...names]))
  return files
    .filter((path) => path.endsWith('.ts') && !isEntry(path))
    .flatMap((path) => {
      const names = taken.get(path) ?? new Set()
      if (names.has('*')) return []
      const { exports, text } = /** @type {Source} */ (sources.get(path))
      return [...exports].filter((name) => !names.has(name) && !isUsedInside(text, name)).map((name) => `${path}: nobody uses ${name}`)
    })
}

/** A type that a function answers with is exported for who reads it, a constant for its comment: both are in use. @param {string} text @param {string} name @returns {boolean} */
const isUsedInside = (text, name) => (text.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length > 1

/** @returns {string[]} */
function unusedDependencies() {
  const named = new Set([...sources.values()].flatMap((source) => [...source.packages]))
  const excused = (/** @type {string} */ name) => usedByName.has(name) || typesOnly.test(name) || platformNode.test(name)
  const inner = new Set([...builtinModules, 'electron'])
  return [
    ...listed.filter((name) => !named.has(name) && !excused(name)).map((name) => `package.json: nobody imports ${name}`),
    ...[...named]
      .filter((name) => !listed.includes(name) && !name.startsWith('node:') && !inner.has(name))
      .map((name) => `package.json: ${name} is imported but not listed`),
  ]
}

const findings = [...unusedFiles(), ...unusedExports(), ...unusedDependencies()]
for (const finding of findings) process.stdout.write(`${finding}\n`)
process.exitCode = findings.length === 0 ? 0 : 1
