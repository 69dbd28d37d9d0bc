import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { argv } from 'node:process'
import { inRoot } from './places.mjs'

// Writes resources/components.json, which names every package that reaches a user, its version and its licence, from package-lock.json.
// Run it after a change of dependencies; a test compares the two.

const target = inRoot('resources', 'components.json')

/** Built into the page or the window, so that npm counts them as tools. */
const builtIn = ['@lucide/svelte', 'clsx', 'electron', 'esm-env', 'svelte', 'uplot', 'virtua']
const fonts = new Map([['@fontsource-variable/inter', 'Inter']])

/** @typedef {{ version: string, license?: string, dev?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} Locked */

/** @param {string | string[] | undefined} value @returns {string[] | undefined} */
const asList = (value) => (value === undefined ? undefined : [value].flat())

/** The text of the file as it should be now. @returns {string} */
export function componentsText() {
  /** @type {Record<string, Locked>} */
  const locked = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages
  const lines = Object.entries(locked).flatMap(([path, { version, license, dev, os, cpu, libc }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const isBuiltIn = path === `node_modules/${name}` && (builtIn.includes(name) || fonts.has(name))
    // The Node that runs the studio is built for glibc.
    const isForMusl = asList(libc)?.includes('glibc') === false
    if (path === '' || isForMusl || (dev === true && !isBuiltIn)) return []
    const kind = fonts.has(name) ? 'font' : 'package'
    const component = { name: fonts.get(name) ?? name, version, licence: license ?? 'unknown', kind, os: asList(os), cpu: asList(cpu) }
    const fields = Object.entries(component).filter(([, value]) => value !== undefined)
    return [`    { ${fields.map(([key, value]) => `"${key}": ${JSON.stringify(value).replaceAll(',', ', ')}`).join(', ')} }`]
  })
  return `{\n  "packages": [\n${[...new Set(lines)].sort().join(',\n')}\n  ]\n}\n`
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) writeFileSync(target, componentsText())
