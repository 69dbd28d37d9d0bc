/** Colours one can give a class: Okabe-Ito, then Tol's bright set without its near doubles. Dark enough and light enough for both themes. */
export const classColours = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#aa3377',
  '#ccbb44',
  '#4b6fbf',
  '#6b7280',
] as const
