import packageJson from '../../package.json' with { type: 'json' }

/** What `npm start` gives Node: its settings, and the file. */
export const [, ...startArguments] = packageJson.scripts.start.split(' ')
