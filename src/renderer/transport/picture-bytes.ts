/** Bytes as base64. In pieces, because a function takes only so many arguments; `Uint8Array.toBase64` is too new for some browsers. */
export function base64Of(bytes: Uint8Array): string {
  const pieceBytes = 0x8000
  let characters = ''
  for (let at = 0; at < bytes.length; at += pieceBytes) characters += String.fromCharCode(...bytes.subarray(at, at + pieceBytes))
  return btoa(characters)
}
