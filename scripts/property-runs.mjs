// Set-up file of every test: PROPERTY_RUNS=20000 makes property tests that state no number of their own run that often.
import fc from 'fast-check'

const runs = Number(process.env.PROPERTY_RUNS ?? 0)
if (runs > 0) fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: runs })
