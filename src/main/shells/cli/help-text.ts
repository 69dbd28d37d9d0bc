/** Shown under `graft --help`. */
export const gettingStarted = `
From photos to a proved model:
  graft import birds.graft photos/ --label-from-folders   one folder a class; makes the project
  graft train birds.graft                                 a head on the default network, seconds
  graft evaluate birds.graft latest                       how good it is, and its mistakes
  graft predict birds.graft latest new.jpg                what it says about a new photo
  graft export birds.graft latest --out web               files for a web page, proved to answer the same

No photos at hand?  graft demo  does all of it on a sample.
In a window:        graft serve birds.graft

PROJECT is a folder NAME.graft. RUN is a run's id, its number (3) or latest.
--json prints one JSON object a line. Exit code: 0 done, 1 failed, 2 not understood.`

const perCommand: { readonly [command: string]: string } = {
  import: `
Examples:
  graft import birds.graft photos/ --label-from-folders      photos/robin/1.jpg gets the class robin
  graft import birds.graft one.jpg two.jpg more/             no classes yet: label them later
  graft import birds.graft photos.zip --label-from-folders   a zip as the folder it holds
  graft import birds.graft labels.csv                        file,class for photos beside it, or here already
  graft import birds.graft dataset/                          with COCO or Label Studio JSON in it; also project.tm
Photos that are in the project already are passed over; what cannot be read is named and the rest goes on.
Next: graft train PROJECT`,
  similar: `
Examples:
  graft similar birds.graft 1.jpg
  graft similar birds.graft 3fa94c21 --count 5 --json        1 is the same picture, 0 nothing in common
Photos that the network has not looked at yet it looks at first.`,
  'look-alikes': `
Examples:
  graft look-alikes birds.graft --compare                    finds crops, mirrored and retouched ones too
  graft look-alikes birds.graft --perhaps --json             pairs that somebody should look at
Groups that were kept in the window are not listed again, unless another photo joins them.`,
  suggest: `
Examples:
  graft suggest birds.graft                                  surest first; two classes need three photos each
  graft suggest birds.graft --accept 0.95                    as sure as 95 in 100 at least; graft undo takes back
  graft suggest birds.graft --useful --json                  what to label next, and why
Photos that the network has not looked at yet it looks at first.`,
  label: `
Examples:
  graft label birds.graft 1.jpg 2.jpg --class robin          a class that does not exist yet is made
  graft label birds.graft 3fa94c21 --none                    takes the label away
Next: graft train PROJECT; graft undo PROJECT takes it back`,
  history: `
Examples:
  graft history birds.graft                                  the last 50 steps; --limit 1000 for more
  graft history go birds.graft 12                            as it was after step 12; 0: as it was in the beginning
What was undone stays in the list, to go forward to, until something else is done.`,
  doubts: `
Examples:
  graft doubts birds.graft                                   looks, and lists what may be wrong
  graft doubts birds.graft --last --json                     the same list again, less what was decided since
Heads learn from parts of the photos and judge the others; no label is changed.
Next: graft label PROJECT PHOTO --class NAME`,
  'more-photos': `
Examples:
  graft more-photos birds.graft                              learns from parts of the photos, and tells what more would bring
  graft more-photos birds.graft --last --json                what was found last
Each class needs 8 photos that are not nearly the same; nothing is changed.
Next: graft import PROJECT PHOTOS`,
  advise: `
Examples:
  graft advise birds.graft                                   the network that should be right most often first
  graft advise birds.graft --last --json                     what was found last
A linear probe learns from parts of the photos and answers for the others; nothing is changed.
Next: graft train PROJECT --backbone ID`,
  coach: `
Examples:
  graft coach birds.graft latest                             the cause, the advice, and the command that does it
  graft coach birds.graft 3 --json                           every finding with its numbers
Rules on the curves, the photos and the answers; nothing is changed. What was found by graft doubts and graft look-alikes counts too.`,
  classes: `
Examples:
  graft classes birds.graft
  graft classes rename birds.graft robbin robin
  graft classes merge birds.graft robins robin               every robins becomes a robin`,
  backup: `
Examples:
  graft backup birds.graft --out birds.graft-backup
  graft backup birds.graft --out small.graft-backup --without-networks
It is read back before it gets its name. Nothing is overwritten: each backup is a new file.
Next, on any computer: graft restore birds.graft-backup`,
  restore: `
Examples:
  graft restore birds.graft-backup
  graft restore birds.graft-backup --out elsewhere/          the folder that the project is made in
  graft restore birds.graft-backup --rescue                  what is whole in a damaged one: labels and runs are, or nothing is made
Every byte is checked before the project counts as there; what is there already is not touched.`,
  train: `
Examples:
  graft train birds.graft                                    good defaults for everything
  graft train birds.graft --backbone mobilenet-v2-035        smaller and faster
  graft train birds.graft --epochs 50 --learning-rate 0.0005 --seed 7
  graft train birds.graft --mode fine-tune --deeper-blocks 8 the last 4 blocks learn too, then the last 8
The same seed on the same photos gives the same numbers on the CPU. Ctrl+C stops and keeps the best epoch.
Next: graft evaluate PROJECT latest`,
  sweep: `
Examples:
  graft sweep run birds.graft --backbone efficientnet-lite0,mobilenet-v2-035 --seeds 1..5
  graft sweep run birds.graft --mode head,fine-tune --plan   what would be trained, in which order, how long
  graft sweep resume birds.graft                             goes on with what Ctrl+C or a crash has left
All are tested on the same photos. Ctrl+C pauses after the epoch. Repeats with other seeds are told as a mean with its spread.
Next: graft compare PROJECT RUN RUN`,
  runs: `
Examples:
  graft runs birds.graft
  graft runs show birds.graft 3                              every setting and every epoch
  graft runs note birds.graft 3 --name "more light" --tag night --pin
  graft runs note birds.graft 3 --notes "photos of May added" --untag night
  graft runs answer birds.graft 3 --from 80                  below 80 % sure it says none of these, here, in the studio and in exports
  graft runs answer birds.graft 3 --foreign 5                 nor does it answer photos unlike any it has learned from
  graft runs answer birds.graft 3 --percentages trained      tell its percentages as they were trained
  graft runs delete birds.graft 3 4 5
Names, notes and tags can be written at any time, also while a run waits or is at work. A star stands for a pin.`,
  settings: `
Examples:
  graft settings                                             what holds now
  graft settings --threads 2                                 leave the other cores to other programs
  graft settings --threads all --engine auto                 as it was at first
The window and the command line share them. --engine of a command, GRAFT_THREADS and GRAFT_ENGINE go before them.`,
  about: `
Examples:
  graft about
  graft about --licences                                     everything that Graft is made of, with its licence
  graft about --licences --json                              one component a line`,
  evaluate: `
Examples:
  graft evaluate birds.graft latest
  graft evaluate birds.graft 3 --cell robin:wren             the robins that were taken for wrens
  graft evaluate birds.graft latest --at-least 85            how often it is right if it answers only when 85 % sure`,
  compare: `
Example:
  graft compare birds.graft 1 2
The word "better" is used only when an exact McNemar test on the same test photos says so (p < 0.05).`,
  predict: `
Examples:
  graft predict birds.graft latest new.jpg
  graft predict birds.graft 3 inbox/ --json                  every photo in a folder, one JSON line each
A run that answers from a threshold on says none of these below it: "refusal" is then "unsure", or
"foreign" for a photo that is unlike any it has learned from, where the run refuses these; "class" is the best guess.`,
  export: `
Example:
  graft export birds.graft latest --out web/
The files are loaded back in a fresh process and must answer like the studio for every test photo, or nothing is kept.`,
  'export-photos': `
Examples:
  graft export-photos birds.graft --out shared/              one folder a class
  graft export-photos birds.graft --out shared/ --as csv --zip
  graft export-photos birds.graft --out shared/ --as coco --with-unlabelled
csv: labels.csv with the columns file and class. coco: annotations.json, a box around the whole of each labelled photo. The photos lie in images/
beside it. Each photo is the file that was added, byte for byte, where that is still there; else the project's smaller copy.
graft import takes all of them back with the same labels.`,
  backbones: `
Examples:
  graft backbones list
  graft backbones fetch                                      all that are missing`,
  serve: `
Examples:
  graft serve birds.graft
  graft serve --port 5123 --no-open                          on another machine, then from here:
  ssh -L 5123:127.0.0.1:5123 thatmachine                     and open the printed address
The studio listens on this machine only, and lets in who knows the address with its token.`,
  demo: `
Makes the sample pictures, imports them, trains two networks, compares them, asks about a picture and exports a proved model,
in under a minute. The project stays, to look around in.`,
}

/** Shown under `graft COMMAND --help`. */
export function examples(command: string): string {
  return perCommand[command] ?? ''
}
