import { stderr, stdout } from 'node:process'

/** `graft runs PROJECT | head` closes the pipe: the work goes on and is finished, its words are lost. */
export function surviveClosedPipes(): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
