import { z } from 'zod'

/** `sha512-...` or `sha256-...` with the digest in base64, as package-lock files write it. */
const Integrity = z.string().regex(/^sha(256|512)-[A-Za-z0-9+/]{43,88}={0,2}$/)
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** Names and versions go onto a command line: nothing but what registries allow. */
const Version = z.string().regex(/^[0-9][0-9A-Za-z.+-]{0,40}$/)
const NpmName = z.string().regex(/^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]{0,100}$/)
/** Which of a version's wheels: without it pip takes the one for its own Python. */
const Wheel = z.strictObject({
  python: z.string().regex(/^3\.[0-9]{1,2}$/),
  /** As in the wheel's name, e.g. `manylinux_2_27_x86_64`. */
  platform: z.string().regex(/^[a-z0-9_]{3,40}$/),
})

const PypiName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/)

const archive = { integrity: Integrity, sizeBytes: z.int().positive() }

/** Where an archive can be had: a package by name and exact version through the machine's own npm or pip, or an address. */
export const PackageSource = z.discriminatedUnion('via', [
  z.strictObject({ via: z.literal('npm'), name: NpmName, version: Version, ...archive }),
  z.strictObject({ via: z.literal('pypi'), name: PypiName, version: Version, wheel: Wheel.optional(), ...archive }),
  z.strictObject({ via: z.literal('url'), url: z.url({ protocol: /^https$/ }), format: z.enum(['tgz', 'zip']), ...archive }),
])
export type PackageSource = z.infer<typeof PackageSource>

/** One file wanted out of an archive. */
export const WantedFile = z.strictObject({
  /** Exact path inside the archive. */
  path: z.string().min(1),
  /** What it is called once it is here; `/` makes folders. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/),
  sizeBytes: z.int().nonnegative(),
  /** Absent where the integrity of the whole archive says enough. */
  sha256: Sha256.optional(),
})
export type WantedFile = z.infer<typeof WantedFile>

/** How a source is called in messages. */
export function describeSource(source: PackageSource): string {
  return source.via === 'url' ? source.url : `${source.name}@${source.version} (${source.via})`
}
