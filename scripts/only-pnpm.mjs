// A plain `npm install` in this repository exits 0 and links no workspace package: stop it with a line that helps.
if (!(process.env.npm_config_user_agent ?? '').startsWith('pnpm/')) {
  console.error(
    'This repository is installed with pnpm. Run `npm test` or `npm run demo`: both fetch the pinned pnpm and install everything.',
  )
  process.exit(1)
}
