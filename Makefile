# What one types to build, run and check Quire. `make` alone lists it.

PORT ?= 8080
# DATA= is where everything is kept; the server has a good place for it by itself.
DATA ?=
ARGS ?=

QUIRE := bin/quire
WEB   := web/node_modules/.installed
GO    := $(shell find . -name '*.go' -not -path './web/node_modules/*') go.mod go.sum $(wildcard migrations/*.sql)
UI    := $(shell find web/src web/frame web/build web/public -type f 2>/dev/null) web/index.html web/package.json web/vite.config.ts

.DEFAULT_GOAL := help
.PHONY: help run build test test-go test-web test-browser prove lint gen bench clean

help: ## list these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build everything and serve on http://127.0.0.1:$(PORT); DATA=folder, ARGS="more flags"
	@exec $(QUIRE) serve --listen 127.0.0.1:$(PORT) $(if $(DATA),--data $(DATA)) $(ARGS)

build: $(QUIRE) ## build the interface and the binary bin/quire

$(QUIRE): web/dist/index.html $(GO)
	CGO_ENABLED=0 go build -trimpath -o $@ ./cmd/quire

$(WEB): web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: $(WEB) $(UI)
	cd web && npm run --silent build
	@touch web/dist/.keep $@

test: lint test-go test-web test-browser ## run every test

test-go: web/dist/index.html ## Go tests with the race detector, on real Postgres and real kernels
	go test -race -timeout 15m ./...

test-web: $(WEB) ## the interface's own tests
	cd web && npm run --silent typecheck && npm test --silent

test-browser: build ## stories in Chromium against the real server
	cd web && npm run --silent stories

prove: web/dist/index.html ## an hour or two: the permission rule, asked a million questions and broken in hundreds of ways (make test asks 100,000)
	QUIRE_PROVE=1000000 go test -count=1 -timeout 2h -v ./store/prove
	QUIRE_PROVE=200000 go test -count=1 -timeout 2h -v -run Explanations ./auth
	QUIRE_PROVE=10000 go test -count=1 -timeout 4h -v -run APreviewIsTheActualDifference ./notebook
	QUIRE_PROVE=2000 go test -count=1 -timeout 4h -v -run NothingIsSentOnceItIsTakenAway ./socket
	go run ./cmd/prove

lint: $(WEB) ## formatting, vet, static analysis
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "gofmt would change these files"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	cd web && npm run --silent lint

gen: ## generate TypeScript types from the server's own description
	go run ./cmd/quire openapi > web/tools/openapi.json
	cd web/tools && npm ci --no-audit --no-fund --loglevel=error && npm run --silent generate
	sha256sum < web/tools/openapi.json > web/src/wire/schema.sha256

bench: build ## measure, and print every figure beside its limit
	go run ./cmd/bench

clean: ## remove what was built
	rm -rf bin web/dist/assets web/dist/_frame web/dist/index.html web/node_modules
