# Sluice in one container: server, worker and, unless DATABASE_URL is set, PostgreSQL.
# BASE is any Debian 12 or newer, with or without Node: npm brings Node and PostgreSQL.
# Run it with --init: what jobs leave behind is then cleaned away.
ARG BASE=debian:13-slim

# Debian's npm is only needed to install, so it stays behind in this stage.
FROM ${BASE} AS packages
WORKDIR /app
RUN if ! command -v npm >/dev/null; then \
      apt-get update \
      && apt-get install -y --no-install-recommends ca-certificates npm; \
    fi
COPY package.json package-lock.json .npmrc ./
COPY src/cli/sluice src/cli/link.mjs src/cli/
# Nothing reads Node's headers, types and source maps when Sluice runs.
RUN npm install --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/node/node_modules/*/include \
  && find node_modules -type f '(' -name '*.d.?ts' -o -name '*.d.ts' -o -name '*.map' ')' -delete

FROM ${BASE}
# For jobs: what the steps of most configs take for granted.
RUN apt-get update \
  && apt-get install -y --no-install-recommends bash ca-certificates git \
  && apt-get clean \
  && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 sluice && mkdir -m 0700 /data && chown sluice:sluice /data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY . .
USER sluice
ENV HOST=0.0.0.0 PORT=3000 SLUICE_DATA_DIR=/data
VOLUME /data
EXPOSE 3000
# The Node of node_modules, since BASE may have none.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node_modules/node/bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
# The launcher becomes Node itself, which then gets every signal as process 1.
ENTRYPOINT ["/app/src/cli/sluice"]
CMD ["serve"]
