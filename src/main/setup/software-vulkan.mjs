import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { env, platform } from 'node:process'
import { findChromium } from './system-packages.mjs'

/** Where Debian's and Ubuntu's packages keep what belongs to the browser. */
const usualFolders = ['/usr/lib/chromium', '/usr/lib/chromium-browser']

/**
 * What a process needs in its environment to find the Vulkan driver that computes on the processor (SwiftShader), which comes with Chromium: the tests
 * of `webgpu` run on it. Null where there is none.
 * @returns {Record<string, string> | null}
 */
export function softwareVulkan() {
  if (platform !== 'linux') return null
  const folder = chromiumFolders().find((each) =>
    ['vk_swiftshader_icd.json', 'libvulkan.so.1'].every((file) => existsSync(join(each, file))),
  )
  if (folder === undefined) return null
  const libraries = [folder, ...(env['LD_LIBRARY_PATH'] ?? '').split(delimiter)].filter((each) => each !== '')
  return { VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: libraries.join(delimiter) }
}

/** @returns {readonly string[]} */
function chromiumFolders() {
  const chromium = findChromium()
  return chromium !== null && existsSync(chromium) ? [dirname(realpathSync(chromium)), ...usualFolders] : usualFolders
}
