import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the checkout, absolute. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/** @param {...string} parts @returns {string} */
export const inRoot = (...parts) => join(root, ...parts)

/** What is fetched or built for this machine alone; git-ignored, may be deleted at any time. */
export const cacheFolder = inRoot('.cache')

/** Prints one line; `graft` prints to standard error, because its standard output belongs to the command. @typedef {(line: string) => void} Say */
