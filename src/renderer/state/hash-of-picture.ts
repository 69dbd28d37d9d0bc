/** The identity of an image: SHA-256 of its bytes, in hex digits. */
export async function hashOfPicture(picture: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await picture.arrayBuffer()))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
