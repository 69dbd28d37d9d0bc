import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
/** Photos, projects and the Python environment of the bench; git-ignored, may be deleted. */
export const benchFolder = join(root, '.cache', 'bench')
export const backboneFolder = (id: string): string => join(root, 'resources', 'backbones', id)
