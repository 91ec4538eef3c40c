/** What one part of a run has to say: to the terminal, to files and to the documentation. */
export interface Section {
  /** Of its files, and of its place in the documentation. */
  readonly name: 'results' | 'growth' | 'profile'
  readonly markdown: string
  readonly json: object
  /** Whole SVG files by file name. */
  readonly plots: ReadonlyMap<string, string>
  /** The plots that the documentation shows. */
  readonly documented: readonly string[]
}
