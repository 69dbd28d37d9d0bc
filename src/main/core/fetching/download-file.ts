import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StudioError } from '../../contract/errors.ts'

/**
 * Downloads an address to `path`. Never more than `sizeBytes`, which is known beforehand. Throws `DOWNLOAD_FAILED` or `CANCELLED`; what was
 * written until then stays for the caller to remove.
 */
export async function downloadFile(
  address: string,
  path: string,
  options: { readonly sizeBytes: number; readonly signal?: AbortSignal; readonly onBytes: (done: number) => void },
): Promise<void> {
  const { sizeBytes, signal, onBytes } = options
  const failed = (reason: string, cause?: unknown): StudioError => new StudioError('DOWNLOAD_FAILED', { what: address, reason }, { cause })
  try {
    const response = await fetch(address, { redirect: 'follow', ...(signal === undefined ? {} : { signal }) })
    if (!response.ok || response.body === null) throw failed(`the server answered ${response.status} ${response.statusText}`.trim())
    let done = 0
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, pass) {
        done += chunk.length
        onBytes(Math.min(done, sizeBytes))
        pass(done > sizeBytes ? failed(`more than the expected ${sizeBytes} bytes`) : null, chunk)
      },
    })
    await pipeline(Readable.fromWeb(response.body as import('node:stream/web').ReadableStream), counted, createWriteStream(path))
  } catch (error) {
    if (signal?.aborted === true) throw new StudioError('CANCELLED', {})
    if (error instanceof StudioError) throw error
    // fetch says only "fetch failed"; the cause has the reason.
    const { cause } = error as { cause?: unknown }
    const told = cause instanceof Error && cause.message !== '' ? cause : error
    throw failed(told instanceof Error ? told.message : String(told), error)
  }
}
