import '@fontsource-variable/inter/wght.css'
import 'uplot/dist/uPlot.min.css'
import { mount } from 'svelte'
import App from './App.svelte'
import './styles/tokens.css'
import './styles/base.css'
import { addressOfFiles } from './transport/address-of-files.ts'
import { connect } from './transport/connect.ts'
import { photoUrl } from './transport/photo-url.ts'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no #app')
mount(App, { target, props: { doors: { connection: connect(), photoUrl, addressOfFiles } } })
