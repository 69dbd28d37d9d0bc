import '@fontsource-variable/inter/wght.css'
import 'uplot/dist/uPlot.min.css'
import { mount } from 'svelte'
import App from './App.svelte'
import type { Doors } from './state/studio.svelte.ts'
import './styles/tokens.css'
import './styles/base.css'
import { addressOfEach, addressOfFiles } from './transport/address-of-files.ts'
import { connect } from './transport/connect.ts'
import { photoUrl } from './transport/photo-url.ts'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no #app')
const connection = connect()
const { hold } = connection.client.images
const doors: Doors = {
  connection,
  photoUrl,
  addressOfFiles: (source, options) => addressOfFiles(source, hold, options),
  addressOfEach: (files, options) => addressOfEach(files, hold, options),
}
mount(App, { target, props: { doors } })
