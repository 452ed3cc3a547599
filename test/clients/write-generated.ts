/** `npm run codegen`: rewrites `test/clients/generated` from the schema and the operations. */

import { generate } from '@graphql-codegen/cli'
import { codegen } from './codegen.ts'

await generate({ ...codegen, silent: true }, true)
