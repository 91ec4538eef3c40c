// A typedoc plugin: names each module by the specifier that a user imports it with, instead of by its file.
import path from 'node:path'
import { Converter } from 'typedoc'
import { publishedPackages } from './workspace.mjs'

/** Source file of an entry point → specifier. */
function specifierOfFile() {
  const found = new Map()
  for (const { name, folder, manifest } of publishedPackages()) {
    for (const [key, target] of Object.entries(manifest.exports)) {
      const source = target['@stream/source']
      if (source !== undefined) found.set(path.join(folder, source), name + key.slice(1))
    }
  }
  return found
}

export function load(app) {
  const specifiers = specifierOfFile()
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(/* Module */ 2)) return
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName
    const specifier = file === undefined ? undefined : specifiers.get(path.normalize(file))
    if (specifier !== undefined) reflection.name = specifier
  })
}
