import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'
import { expect, test } from 'vitest'
import packageFile from '../../../../package.json' with { type: 'json' }
import { componentsText } from '../../setup/list-components.mjs'
import { checkoutResources } from '../testing/studio.ts'
import { listComponents } from './components.ts'

const names = new Set(listComponents(checkoutResources).map(({ name }) => name))

test('the list of components is that of the lock: run node src/main/setup/list-components.mjs after a change of dependencies', () => {
  expect(readFileSync(join(checkoutResources, 'components.json'), 'utf8')).toBe(componentsText())
})

test('every dependency, and every package that the page imports, is named with version and licence', () => {
  const renderer = join(import.meta.dirname, '../../../renderer')
  const imported = globSync('**/*.{ts,svelte,css}', { cwd: renderer, exclude: (name) => /\.test\.ts$|testing/.test(name) })
    .flatMap((file) => [
      ...readFileSync(join(renderer, file), 'utf8').matchAll(/^\s*@?import\s(?:[^'":]*\sfrom\s)?['"]([^.'"][^'"]*)['"]/gm),
    ])
    .map(([, specifier = '']) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'))
    .filter((name) => !name.startsWith('vitest') && !name.startsWith('@vitest'))
  const shipped = [...Object.keys(packageFile.dependencies), ...imported, 'electron'].map((name) =>
    name === '@fontsource-variable/inter' ? 'Inter' : name,
  )
  expect(imported).toContain('svelte')
  expect(shipped.filter((name) => !names.has(name))).toEqual([])
  for (const component of listComponents(checkoutResources)) {
    expect(component.licence).toMatch(/^.{2,}$/)
    expect(component.licence).not.toBe('unknown')
    expect(component.version).toMatch(/^\d/)
  }
})

test('components come by name, the networks and the font among them, and none that is for another system', () => {
  const components = listComponents(checkoutResources)
  const order = components.map(({ name }) => name)
  expect(order).toEqual(order.toSorted((one, other) => one.localeCompare(other, 'en')))
  expect(components).toContainEqual({ name: 'Inter', version: expect.any(String) as string, licence: 'OFL-1.1', kind: 'font' })
  expect(components.find(({ name }) => name === 'EfficientNet-Lite0')).toMatchObject({
    kind: 'backbone',
    licence: expect.stringMatching(/^Apache-2.0/) as string,
  })
  const others = ['linux', 'darwin', 'win32'].filter((system) => system !== platform)
  expect(order.filter((name) => others.some((system) => name === `@img/sharp-${system}-${arch}`))).toEqual([])
})
