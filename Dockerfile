# One image for every shape: MODULES, ROLES and PROCESSES say at run time what a container does.
# Both bases can be pinned: --build-arg NODE_IMAGE=node:20-bookworm-slim@sha256:... --build-arg BASE_IMAGE=...
ARG NODE_IMAGE=node:20-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

# What the lock file names, without the embedded Postgres, since here DATABASE_URL is always set, and without the compiler
# that `npm start` needs. No package may run a script. Type declarations and source maps are half of it, and Node reads
# neither. A private registry: docker build --secret id=npmrc,src=$HOME/.npmrc; the secret stays in no layer.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
    npm pkg delete devDependencies optionalDependencies 'dependencies.@swc/cli' 'dependencies.@swc/core' \
    && npm install --omit=dev --ignore-scripts --loglevel=error \
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
    && mkdir /data

FROM packages AS build
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
    npm pkg delete devDependencies optionalDependencies && npm install --omit=dev --ignore-scripts --loglevel=error
COPY .swcrc ./
COPY src src
COPY libs libs
RUN npm run --silent build

# Of Node's image only the binary: npm, yarn and headers are 60 MB nobody starts here.
FROM ${BASE_IMAGE}
ARG BASE_IMAGE
ARG VERSION=0.2.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Floodgate" \
      org.opencontainers.image.description="The order backend that stays open when the drop goes live." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/src dist/src
# The only place that is written to, and only where SMTP_URL is unset: mails. The root file system may be read-only.
COPY --from=packages --chown=10001:10001 /data /data
# OPS_PORT is not for customers: /livez, /readyz and /metrics.
ENV NODE_ENV=production DATA_DIR=/data OPS_PORT=9464
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 3000 9464
# Docker only tells this, and compose waits for it. What restarts containers on it should ask /livez instead.
HEALTHCHECK --interval=5s --timeout=10s --start-period=60s --retries=6 CMD ["node", "-e", \
  "fetch(`http://127.0.0.1:${process.env.OPS_PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is PID 1, with no shell and no init between it and the signals: it handles SIGTERM and SIGINT, and with
# PROCESSES=N it hands them on to the processes it forked and reaps these. They start none, so no orphans come to it.
CMD ["node", "--max-semi-space-size=8", "dist/src/main.js"]
