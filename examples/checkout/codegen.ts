/** `npm run codegen:example`: writes the types of the page's operations from the schema of the gateway. */

import { fileURLToPath } from 'node:url'
import type { CodegenConfig } from '@graphql-codegen/cli'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const config: CodegenConfig = {
  schema: here('../../schema.graphql'),
  documents: here('./src/operations.graphql'),
  generates: {
    [here('./src/generated/')]: {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      // An amount stays the exact text that it is.
      config: { scalars: { DateTime: 'string', Decimal: 'string' }, useTypeImports: true },
    },
  },
}

export default config
