/** Runs a program of the demo; when it fails, the parent is told why. */
export async function reportingFailures(program) {
  try {
    await program()
  } catch (error) {
    process.send({ type: 'failed', text: error.message })
  }
}
