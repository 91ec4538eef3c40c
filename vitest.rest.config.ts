import { defineConfig } from 'vitest/config'
import config from './vitest.config.ts'
import { restProjects } from './vitest.workspace.ts'

// What `npm run coverage` does not run, so that the gate runs every test once.
export default defineConfig({ ...config, test: { ...config.test, projects: restProjects } })
