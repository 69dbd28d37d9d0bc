import { env } from 'node:process'

/**
 * Whether tests may use Chromium's Vulkan driver that computes on the processor; `npm test` says so where it is. Without it, tests of `webgpu` skip
 * themselves.
 */
export const hasSoftwareAdapter = env['VK_ICD_FILENAMES'] !== undefined

/** For the rest of the process. */
export function allowSoftwareAdapter(): void {
  env['GRAFT_SOFTWARE_ADAPTER'] = '1'
}
