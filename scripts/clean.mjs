// Removes what builds and test runs leave behind: stale files in dist would otherwise be packed.
import { rmSync } from 'node:fs'
import path from 'node:path'
import { packagesIn, root } from './workspace.mjs'

for (const { folder } of [...packagesIn('packages'), ...packagesIn('examples')]) {
  rmSync(path.join(folder, 'dist'), { recursive: true, force: true })
}
for (const folder of ['coverage', 'docs/api', '.nx', 'node_modules/.cache']) {
  rmSync(path.join(root, folder), { recursive: true, force: true })
}
