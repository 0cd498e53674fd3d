# inkd: everything a developer does here. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO      ?= go
# Packages tested at the same time: each test binary links a whole node.
JOBS    ?= 2
# Where `make run` keeps its network.
NETWORK ?= build/network
# `make run ONCE=1` stops after the demonstration; `make run PORT=27000` takes other ports.
ONCE    ?=
PORT    ?=
BENCH   ?= .

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
SDK     := github.com/cosmos/cosmos-sdk/version
LDFLAGS := -s -w -X $(SDK).Name=inkd -X $(SDK).AppName=inkd -X $(SDK).Version=$(VERSION) \
           -X $(SDK).Commit=$(shell git rev-parse HEAD 2>/dev/null || echo unknown)
STAGE   := scripts/stage

.PHONY: help build inkverify run test test-fast test-go test-network lint gen gen-check fmt-check vet bench vectors clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the node into build/inkd
	@mkdir -p build
	$(GO) build -ldflags '$(LDFLAGS)' -o build/inkd ./cmd/inkd

inkverify: ## build the offline verifier into build/inkverify; the same bytes anywhere, for a release of Go
	@mkdir -p build
	@VERSION='$(VERSION)' GO='$(GO)' scripts/build_inkverify.sh build/inkverify
	@$(GO) version; wc -c < build/inkverify; sha256sum build/inkverify

run: build ## bring four institutions up, deposit a file, certify it, stay up (ONCE=1: stop then)
	@build/inkd network up --demo --home $(NETWORK) $(if $(ONCE),--once) $(if $(PORT),--base-port $(PORT))

test: ## all that CI runs; 20 to 30 minutes
	@$(STAGE) 'form'       $(MAKE) --no-print-directory fmt-check
	@$(STAGE) 'vet'        $(MAKE) --no-print-directory vet
	@$(STAGE) 'generated'  $(MAKE) --no-print-directory gen-check
	@$(STAGE) 'vectors'    $(MAKE) --no-print-directory vectors
	@$(STAGE) 'tests'      $(MAKE) --no-print-directory test-go
	@$(STAGE) 'rules off'  $(MAKE) --no-print-directory test-ruleoff
	@$(STAGE) 'network'    $(MAKE) --no-print-directory test-network

test-fast: ## quick tests of the packages, without networks and long random runs
	$(GO) test -short -p $(JOBS) ./...

test-go:
	$(GO) test -p $(JOBS) -timeout 20m ./...

# Each rule of the verifier counts: without it, exactly its vectors pass, and the fuzzer finds what is forged.
test-ruleoff:
	$(GO) test -tags ruleoff -count 1 ./verify -run 'TestVectorsDieOfTheirRule|TestEachSubmissionRuleCounts|TestFuzzerFindsPlantedBugs|TestDifferencesAreFound|TestUpstreamNegativesCount'

test-network:
	$(GO) test -tags network -p 1 -count 1 -timeout 15m -run 'Network|Byzantine' ./cmd/inkd/localnet ./cmd/inkd/light ./testutil ./shows

lint: ## vet, staticcheck at its exact version, and the rules of the house
	@mkdir -p build
	cd tools && $(GO) build -o ../build/staticcheck honnef.co/go/tools/cmd/staticcheck
	$(GO) vet -tags network ./...
	@# Generated gateways use deprecated packages on purpose: the SDK's runtime needs them.
	@# It ends with 1 because of those, so what else it says decides.
	{ build/staticcheck -tags network ./... || true; } | { ! grep -v '\.pb\.gw\.go:'; }
	$(GO) test ./rules

gen: ## generate x/*/types/*.pb*.go from proto/ (offline once modules are fetched)
	cd tools && $(GO) run ./protogen ..

gen-check:
	@digest() { find x logindex -name '*.pb.go' -o -name '*.pb.gw.go' | LC_ALL=C sort | xargs sha256sum; }; \
	before=$$(digest); $(MAKE) --no-print-directory gen; \
	diff <(echo "$$before") <(digest) || { echo 'generated code differs from proto/: commit what `make gen` writes'; exit 1; }

fmt-check:
	@list=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); \
	[ -z "$$list" ] || { echo 'expected gofmt form of:'; echo "$$list"; exit 1; }

vet:
	$(GO) vet -tags network ./...
	$(GO) vet -tags byzantine ./app
	$(GO) vet -tags nextversion ./app
	$(GO) vet -tags ruleoff ./verify ./format
	cd tools && $(GO) vet ./...

bench: ## measure; each figure beside its limit (BENCH=regexp: only those, as they come)
	@if [ '$(BENCH)' = . ]; then exec scripts/bench.sh; fi; \
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -p 1 -timeout 30m ./app/... ./format/... ./x/log/... ./verify/... ./logindex/...

vectors: ## recompute docs/spec/vectors without any Go: python3 and openssl
	python3 scripts/check_vectors.py

clean: ## stop the network of `make run` and delete build/
	@if [ -x build/inkd ] && [ -f $(NETWORK)/network.json ]; then build/inkd network down --home $(NETWORK); fi
	rm -rf build
