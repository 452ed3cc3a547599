/** Composes the OpenAPI of pay.do into a supergraph, for Hive Gateway. */

import { defineConfig } from '@graphql-mesh/compose-cli'
import { loadOpenAPISubgraph } from '@omnigraph/openapi'

export const composeConfig = defineConfig({
  output: process.env.SUPERGRAPH,
  subgraphs: [
    {
      sourceHandler: loadOpenAPISubgraph('atlas', {
        source: './pay.openapi.json',
        endpoint: process.env.UPSTREAM,
      }),
    },
  ],
})
