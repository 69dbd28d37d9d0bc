import type { ErrorCode, ErrorDetails, WireError } from './errors.ts'

// Without zod, which takes a worker or a thread longer to load than all it needs for itself; everything else imports `errors.ts`.

/** Thrown by every layer for a failure that a person can meet. The message is for logs; people read the words of the code. */
export class StudioError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'StudioError'
  readonly code: C
  readonly details: ErrorDetails<C>
  constructor(code: C, details: ErrorDetails<C>, options: { cause?: unknown } = {}) {
    super(`${code} ${JSON.stringify(details)}`, options)
    this.code = code
    this.details = details
  }
}

/** `instanceof` alone would leave code and details as `any`. */
export function isStudioError(error: unknown): error is StudioError {
  return error instanceof StudioError
}

/** Any thrown value as data. Unknown errors become `INTERNAL` with their message. */
export function toWireError(error: unknown): WireError {
  if (isStudioError(error)) return { code: error.code, details: error.details }
  return { code: 'INTERNAL', details: { message: error instanceof Error ? error.message : String(error) } }
}

/** The inverse of `toWireError` between threads of one program, which need not doubt each other's details. */
export function fromThreadError({ code, details }: WireError): StudioError {
  return new StudioError(code, details as ErrorDetails<ErrorCode>)
}
