import { doorPromises } from '../../src/main/contract/testing/door-promises.ts'
import type { StudioSide } from '../../src/main/contract/testing/studio-side.ts'
import { connect } from '../../src/renderer/transport/connect.ts'

declare global {
  interface Window {
    /** Brought by the test: does something behind the door, in Electron's main process. */
    askStudioSide(method: keyof StudioSide, args: readonly unknown[]): Promise<unknown>
    /** Asks one of the promises of a door, by its place, through a port of this page. */
    observePromise?: (index: number) => Promise<unknown>
  }
}

const ask = (method: keyof StudioSide, ...args: readonly unknown[]): Promise<unknown> => window.askStudioSide(method, args)
const studio: StudioSide = {
  startWaitingJob: async () => String(await ask('startWaitingJob')),
  tell: async (jobId, detail) => {
    await ask('tell', jobId, detail)
  },
  ended: async (jobId) => {
    await ask('ended', jobId)
  },
  openReaders: async () => Number(await ask('openReaders')),
}
const { client } = connect()
const opened = client.project.create({ name: 'Door' })

window.observePromise = async (index) => {
  await opened
  const promise = doorPromises[index]
  if (promise === undefined) throw new Error(`there is no promise ${index}`)
  return promise.observe({ client, studio })
}
