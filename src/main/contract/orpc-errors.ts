import { ORPCError } from '@orpc/client'
import type { z } from 'zod'
import { describeIssue } from './describe-issue.ts'
import { StudioError, errorDetails, isStudioError, type ErrorCode } from './errors.ts'

/** A thrown value in the form in which it crosses a door. Bugs keep their message and lose their stack. */
export function toOrpcError(error: unknown): ORPCError<string, unknown> {
  if (isStudioError(error)) return new ORPCError(error.code, { defined: true, data: error.details, cause: error })
  const remote = asOrpcError(error)
  if (remote !== null && Object.hasOwn(errorDetails, remote.code)) return remote
  if (remote?.code === 'BAD_REQUEST') {
    return new ORPCError('INVALID_INPUT', { defined: true, data: { reason: firstIssue(remote.data) ?? remote.message }, cause: error })
  }
  const message = error instanceof Error ? error.message : String(error)
  return new ORPCError('INTERNAL', { defined: true, data: { message }, cause: error })
}

/** What arrived through a door as the error that was thrown behind it; anything unknown (a lost connection) comes back as it is. */
export function fromOrpcError(error: unknown): unknown {
  const remote = asOrpcError(error)
  if (remote === null || !Object.hasOwn(errorDetails, remote.code)) return error
  const code = remote.code as ErrorCode
  const parsed = errorDetails[code].safeParse(remote.data)
  if (!parsed.success) return new StudioError('INTERNAL', { message: `${code} without its details` }, { cause: error })
  return new StudioError(code, parsed.data, { cause: error })
}

/** `instanceof` alone would leave code and data as `any`. */
function asOrpcError(error: unknown): ORPCError<string, unknown> | null {
  return error instanceof ORPCError ? (error as ORPCError<string, unknown>) : null
}

function firstIssue(data: unknown): string | null {
  const issues: unknown = typeof data === 'object' && data !== null && 'issues' in data ? data.issues : null
  const issue: unknown = Array.isArray(issues) ? issues[0] : null
  if (typeof issue !== 'object' || issue === null || !('code' in issue) || !('path' in issue)) return null
  // Every schema of the contract is zod's.
  return describeIssue(issue as z.core.$ZodIssue)
}
