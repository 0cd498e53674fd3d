#!/bin/sh
# Builds the offline verifier into $1, for $VERSION. The same sources, version and
# release of Go give the same bytes in any directory, on any machine:
#   static, no paths, no build id, no state of the repository, nothing from the environment.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 OUT" >&2; exit 64; }
export CGO_ENABLED=0 GOFLAGS=-mod=readonly GOEXPERIMENT= GOAMD64=v1 GOARM64=v8.0 GOFIPS140=off GOWORK=off
exec "${GO:-go}" build -trimpath -buildvcs=false \
	-ldflags "-s -w -buildid= -X main.version=${VERSION:-unknown}" -o "$1" ./cmd/inkverify
