# One image for every role: `node dist/main.js` serves, `registry <command>` is the command line.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# Only what runs: without development packages, and without the optional ones (the embedded PostgreSQL; the image is given DATABASE_URL).
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8086 DATA_DIR=/data
WORKDIR /app
RUN printf '#!/bin/sh\nexec node /app/dist/cli.js "$@"\n' > /usr/local/bin/registry \
  && chmod 755 /usr/local/bin/registry \
  && install -d -o 10001 -g 10001 -m 700 /data
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY prisma/migrations ./prisma/migrations
# A number, so that Kubernetes can see that it is not root. Files of the program belong to root and are not writable by the service.
USER 10001:10001
VOLUME /data
EXPOSE 8086
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# As npm start does: docs/operations.md, Memory.
CMD ["node", "--max-old-space-size=1024", "--initial-old-space-size=384", "--min-semi-space-size=16", "--max-semi-space-size=32", "dist/main.js"]
