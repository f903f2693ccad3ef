# The image of Quire: server, interface, and a Python that notes can run.
# Postgres is a service of its own; see compose.yaml.

FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM golang:1.26-bookworm AS server
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist ./web/dist
RUN CGO_ENABLED=0 go build -trimpath -o /quire ./cmd/quire

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        ca-certificates tini bubblewrap util-linux \
        python3 python3-venv python3-pip python3-ipykernel python3-numpy python3-pandas python3-matplotlib \
    && rm -rf /var/lib/apt/lists/*
COPY --from=server /quire /usr/local/bin/quire
# Root inside the container only starts the server, as the account quire, and every
# note's code as a user of its own; tini ends what kernels leave behind.
RUN useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin quire
ENV QUIRE_DATA=/var/lib/quire QUIRE_LISTEN=0.0.0.0:8080
VOLUME /var/lib/quire
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["tini", "--", "quire"]
CMD ["serve"]
