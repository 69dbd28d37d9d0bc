import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { z } from 'zod'
import { Component } from '../../contract/project.ts'
import { readCatalog } from '../backbones/catalog.ts'

const ComponentsFile = z.object({
  /** Every package that reaches a user, with the systems and processors that it is for (in npm's words) where it is not for all. */
  packages: z.array(z.object({ ...Component.shape, os: z.array(z.string()).optional(), cpu: z.array(z.string()).optional() })),
})

/**
 * What the studio is made of on this machine, sorted by name. `components.json` of the resources is made from the lock by
 * `src/main/setup/list-components.mjs`: a packaged app holds neither the lock nor the whole of `node_modules`.
 */
export function listComponents(resourcesDir: string): Component[] {
  const { packages } = ComponentsFile.parse(JSON.parse(readFileSync(join(resourcesDir, 'components.json'), 'utf8')))
  const here = packages.filter(({ os, cpu }) => (os?.includes(platform) ?? true) && (cpu?.includes(arch) ?? true))
  const backbones = readCatalog(resourcesDir).map(({ name, licence, sources }) => ({
    name,
    version: sources.map((source) => ('version' in source ? source.version : null)).find((version) => version !== null) ?? '',
    licence,
    kind: 'backbone' as const,
  }))
  const all = [...here.map(({ name, version, licence, kind }) => ({ name, version, licence, kind })), ...backbones]
  return all.sort(
    (one, other) => one.name.localeCompare(other.name, 'en') || one.version.localeCompare(other.version, 'en', { numeric: true }),
  )
}
