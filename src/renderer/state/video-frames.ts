/** As large as the studio's working copies are: more pixels would be thrown away before the network looks. */
const liveShortSidePx = 384

/** The picture that a video shows now, as a JPEG whose short side has at most 384 px: what a photo of it would come to, at a fraction of the bytes. */
export function frameOfVideo(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<Blob> {
  const { videoWidth, videoHeight } = video
  const scale = Math.min(1, liveShortSidePx / Math.min(videoWidth, videoHeight))
  return draw(video, canvas, Math.round(videoWidth * scale), Math.round(videoHeight * scale), 0.92)
}

/** The same with all its pixels, as a file with a name. */
export async function photoOfVideo(video: HTMLVideoElement, name: string): Promise<File> {
  const photo = await draw(video, document.createElement('canvas'), video.videoWidth, video.videoHeight, 0.95)
  return new File([photo], name, { type: photo.type })
}

function draw(video: HTMLVideoElement, canvas: HTMLCanvasElement, width: number, height: number, quality: number): Promise<Blob> {
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { alpha: false })
  if (context === null) throw new Error('this browser draws no pictures')
  context.drawImage(video, 0, 0, width, height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error('the frame has no pixels')) : resolve(blob)), 'image/jpeg', quality),
  )
}
