# The gateway on Node 24, without development dependencies and without root.
#
#   docker build -t atlas-pay-gateway .
#   docker run --read-only -v ledger:/data -p 127.0.0.1:4000:4000 --env-file gateway.env atlas-pay-gateway
#
# For a build that can be repeated, name the base by digest: --build-arg NODE_IMAGE=node:24-slim@sha256:…
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No dependency that runs needs a script to install itself.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY schema.graphql ./
COPY src ./src
# Node's compile cache, so that a start compiles nothing: ready sooner, and in less memory. Node has one for each user
# and shuts others out, hence made as the user who starts the gateway, then opened for reading. Where the CPU has other
# features than the one that filled it, or V8 other flags, Node leaves it alone and a start compiles as without it.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN mkdir .compile-cache && chown node:node .compile-cache
USER node
RUN node src/main.ts compile && chmod -R a+rX .compile-cache

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    LEDGER_URL=sqlite:/data/ledger.sqlite \
    NODE_COMPILE_CACHE=/app/.compile-cache
WORKDIR /app
# Owned by root, so that the gateway cannot change its own code.
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/.compile-cache ./.compile-cache
COPY package.json schema.graphql ./
COPY src ./src
# The one place that is written to: the SQLite ledger. It stays empty when LEDGER_URL names a PostgreSQL.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 4000
# Finishes and records what is under way; see "Stopping" in the README for how long that takes.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "const { HOST: h = '', PORT: p } = process.env; const name = /^(0[.]0[.]0[.]0|::|)$/.test(h) ? 'localhost' : h.includes(':') ? '[' + h + ']' : h; fetch('http://' + name + ':' + (p || 4000) + '/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# As `npm start`, but Node itself, not npm or a shell: signals arrive.
CMD ["node", "--max-semi-space-size=16", "src/main.ts"]
