import type { ExportModel } from '../contract/worker/export-model.ts'

/** Text inside Markdown: nothing that a person typed may become markup. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|!]/g, '\\$&').replace(/\s+/g, ' ')
}

/** README.md of a TF.js export. */
export function tfjsReadme(model: ExportModel, made: { readonly weightsHash: string; readonly sizePx: number }): string {
  return `# ${plain(model.title)}

A picture classifier: it looks at a photo and says how probable each of its ${model.classNames.length} classes is. It was trained with Graft and runs in any
browser, on the device itself: no server computes anything and no photo leaves the page.

${[
  `Classes, in the order of every answer: ${model.classNames.join(', ')}`,
  ...model.facts,
  `SHA-256 of the weights (all shards, in order): ${made.weightsHash}`,
]
  .map((fact) => `- ${plain(fact)}`)
  .join('\n')}

\`proof.json\` says how these very files were checked: they were loaded by a process of their own and had to give the same answers as the
studio for every test photo.

## See it work

Browsers do not let a page that was opened as a file read the model beside it, so the folder needs a web server. Any will do:

    npx serve            # or
    python3 -m http.server

Run one of them in this folder and open the address that it prints. To publish it, put the whole folder on any web host.

## Use it in a page of your own

Copy this folder into your site, for example as \`classifier/\`:

\`\`\`html
<img id="photo" src="some-photo.jpg" />
<script type="module">
  import { loadGraftModel } from './classifier/graft-model.js'

  const model = await loadGraftModel()
  const photo = document.getElementById('photo')
  await photo.decode()
  const answers = await model.predict(photo)
  // [{ className: ${JSON.stringify(model.classNames[0] ?? '')}, probability: 0.98 }, ...]
  for (const { className, probability } of answers) console.log(className, probability.toFixed(3))
  console.log(model.answer(answers).className ?? 'none of these')
</script>
\`\`\`

\`predict\` takes an image, a video (its current frame), a canvas, an \`ImageBitmap\` or a file from an \`<input type="file">\`.

Browsers decode and reduce photos by their own means, which round a little differently than the studio's. Where the model is sure, the
answer is the same; where it is in doubt, probabilities can move by a few hundredths.

## Use it without graft-model.js

\`model/model.json\` is a TensorFlow.js layers model: \`tf.loadLayersModel('model/model.json')\`, input float32 [batch, ${made.sizePx}, ${made.sizePx}, 3]
(RGB, 0..255: the model scales them itself), output probabilities [batch, ${model.classNames.length}]. What a photo goes through before it is in \`preprocessing.json\`, in words and in numbers, and
\`networkInput\` in \`network-input.js\` does the part that matters. A program that resizes in another way will get slightly different answers.

## What is in here

| file | is |
|---|---|
| \`model/\` | the network and its weights |
| \`labels.json\` | the classes, in the order of the output, and from how sure on it answers |
| \`preprocessing.json\` | from picture to numbers |
| \`network-input.js\` | crop and resize: the file that the studio itself uses |
| \`graft-model.js\`, \`answer.js\` | loads all of this and answers |
| \`index.html\`, \`page.js\`, \`opened-as-file.js\` | the page |
| \`tfjs/\` | TensorFlow.js with its WASM engine (Apache-2.0, see \`tfjs/LICENSE.txt\`) |
| \`proof.json\` | the check |
`
}
