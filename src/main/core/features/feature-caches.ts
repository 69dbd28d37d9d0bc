import { join } from 'node:path'
import { featuresKey, type BackboneFiles, type FeatureCache } from '../../contract/worker/training-tasks.ts'
import type { OpenProject } from '../context.ts'

/**
 * Version of what a network sees of a picture: working copy, centre crop, resize filter, scaling. Features of another version are never
 * mixed in: raise it with any change there, and they are extracted again.
 */
export const preprocessingVersion = 1

/** Where the features of a project's images by a backbone lie. The file need not be there yet. */
export function featureCache(project: OpenProject, backbone: BackboneFiles): FeatureCache {
  return { path: join(project.files.features, `${featuresKey(backbone)}-p${preprocessingVersion}.features`), dim: backbone.featureDim }
}
