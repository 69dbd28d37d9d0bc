/**
 * Where the photo that an address names may lie, most likely first, with forward slashes. Label Studio writes `/data/local-files/?d=cats/1.jpg`
 * for a photo within the folder that it was given, and `/data/upload/7/0a1b2c3d-1.jpg` for one that was sent to it, with eight digits before its
 * name. Of an address of the network its path counts, and its last part alone; anything else is a path already.
 */
export function placesOf(address: string): readonly string[] {
  const local = /^(?:https?:\/\/[^/]+)?\/data\/local-files\/?\?(?:.*&)?d=([^&#]+)/.exec(address)?.[1]
  if (local !== undefined) return [plainPath(decoded(local))].filter((place) => place !== '')
  const isOfNetwork = /^[a-z][a-z0-9+]+:\/\//i.test(address)
  if (!isOfNetwork && !address.startsWith('/data/upload/')) return [address.replaceAll('\\', '/')].filter((place) => place !== '')
  const path = plainPath(decoded(withoutQuery(address.replace(/^[a-z][a-z0-9+]+:\/\/[^/]*/i, ''))))
  const name = path.split('/').at(-1) ?? ''
  const unprefixed = /^[0-9a-f]{8}-(.+)$/.exec(name)?.[1] ?? name
  return [...new Set([path, name, unprefixed])].filter((place) => place !== '')
}

const plainPath = (path: string): string => path.replaceAll('\\', '/').replace(/^\/+/, '')
const withoutQuery = (address: string): string => address.split(/[?#]/)[0] ?? ''

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}
