import { implement } from '@orpc/server'
import { engines } from '../../contract/engines.ts'
import type { NativeEngine } from '../../contract/engines.ts'
import type { StudioContext } from '../context.ts'
import { findBuild, readEngineCatalog, requireBuild, sizesOf } from './engine-catalog.ts'
import { installNative, removeNative } from './install-native.ts'
import { nativePlace, readNative } from './native-place.ts'
import { testEngines } from './test-engines.ts'

/** Handlers of `engines`. */
export function engineProcedures(context: StudioContext) {
  const os = implement(engines)
  return {
    test: os.test.handler(() => testEngines(context)),
    native: os.native.handler(() => describeNative(context)),
    install: os.install.handler(({ input: { gpu } }) => {
      // A machine that it is not made for is told at once, not by a job that fails.
      requireBuild(readEngineCatalog(context.resourcesDir), gpu)
      const job = context.jobs.start('install-engine', { lane: 'fetch' }, async (running) => {
        const { record, device } = await installNative(context, gpu, running)
        context.changed('engines')
        return { kind: 'install-engine', engine: record.engine, tensorflow: record.tensorflow, device }
      })
      return { jobId: job.id }
    }),
    remove: os.remove.handler(async () => {
      await removeNative(context)
      context.changed('engines')
    }),
  }
}

function describeNative({ resourcesDir, dataDir }: StudioContext): NativeEngine {
  const catalog = readEngineCatalog(resourcesDir)
  const offer = (gpu: boolean): NativeEngine['offer'] => {
    const build = findBuild(catalog, gpu)
    return build === null ? null : { tensorflow: catalog.tensorflow, ...sizesOf(build) }
  }
  const record = readNative(dataDir)
  return {
    offer: offer(false),
    gpuOffer: offer(true),
    installed:
      record === null
        ? null
        : { tensorflow: record.tensorflow, gpu: record.gpu, sizeBytes: record.sizeBytes, folder: nativePlace(dataDir) },
  }
}
