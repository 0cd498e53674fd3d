#!/usr/bin/env bash
# The benchmarks as one table: what is measured beside its limit from the same run.
# usage: scripts/bench.sh [ENTRIES]   entries in the log before the worst block (default 20000)
# CPU times are the process's own and hold on a busy machine too; wall times need a
# quiet one. The last line is a row for docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/.."
entries=${1:-20000}
raw=$(mktemp)
trap 'rm -f "$raw"' EXIT

run() { # package, pattern, times, repetitions
	go test "./$1" -run '^$' -bench "$2" -benchtime "$3" -count "$4" -timeout 3600s | grep '^Benchmark' | tee -a "$raw" >&2
}
load() { cut -d' ' -f1 /proc/loadavg; }

before=$(load)
run app 'BenchmarkRecords' 8x 3
run app 'BenchmarkVerify' 1s 3
run x/log/keeper 'BenchmarkAppend' 8x 3
run format/recipe 'BenchmarkCSVRows' 1s 3
run verify 'BenchmarkVerify' 1s 3
run logindex 'BenchmarkCatchUp/rebuild|BenchmarkProofs' 1s 3
sizes=$(go test ./prove -count 1 -v -run 'Bytes|Size' | sed -n 's/^ *size_test.go:[0-9]*: \(.*\)/  \1/p')
INKD_BENCH_ENTRIES=$entries run app 'BenchmarkWorstBlock' 3x 1
after=$(load)

# value NAME UNIT: the median of that unit over the repetitions.
value() {
	awk -v name="$1" -v unit="$2" '{
		n = $1; sub(/^Benchmark/, "", n); sub(/-[0-9]+$/, "", n)
		if (n == name) for (i = 3; i < NF; i += 2) if ($(i+1) == unit) print $i
	}' "$raw" | sort -g | awk '{v[NR] = $1} END {if (NR) print v[int((NR + 1) / 2)]; else print "-"}'
}
# worst UNIT: the largest of that unit over all kinds of blocks, and whose it is.
worst() {
	awk -v unit="$1" '/^BenchmarkWorstBlock/ {
		for (i = 3; i < NF; i += 2) if ($(i+1) == unit && $i + 0 > max) {max = $i + 0; n = $1}
	} END {sub(/.*WorstBlock\//, "", n); sub(/-[0-9]+$/, "", n); printf "%d ms (%s)", max, n}' "$raw"
}

echo
printf '%-34s %14s %16s   %s\n' 'measured' 'a second' 'CPU us of each' 'limit, same run'
for k in ed25519 p256 secp256k1 ml-dsa-65; do
	printf '%-34s %14s %16s   %s\n' "records, $k" "$(value "Records/$k" records/s)" \
		"$(value "Records/$k" cpu-us/record)" "$(value "Verify/$k" signatures/s) signatures verified"
done
printf '%-34s %14s %16s   %s\n' 'log append' "$(value Append/append entrys/s)" "$(value Append/append cpu-us/entry)" \
	"$(value Append/bare entrys/s) hashed and set in IAVL, $(value Append/leveldb entrys/s) in goleveldb"
printf '%-34s %14s %16s   %s\n' 'content tree rows' "$(value CSVRows/scan-and-tree rows/s)" - \
	"$(value CSVRows/plain-sha256-sm3 rows/s) hashed twice"
printf '%-34s %14s %16s   %s\n' 'index rebuilt, entries' "$(value CatchUp/rebuild entries/s)" - 'see log append'
printf '%-34s %14s %16s   %s\n' 'inclusion proofs served' "$(value Proofs/inclusion proofs/s)" - 'each checked before it is answered'
printf '\na verification, ms (limit 100):\n'
awk '/^BenchmarkVerify\/.*MB\/s/ {n = $1; sub(/^BenchmarkVerify\//, "", n); sub(/-[0-9]+$/, "", n); if ($3 > max[n]) max[n] = $3} END {for (n in max) printf "  %-34s %.1f\n", n, max[n] / 1e6}' "$raw" | sort
printf '\nbundles (limits 8,000 and 120,000 bytes):\n%s\n' "$sizes"
printf '\nworst block after %s entries, wall / CPU:\n' "$entries"
for phase in process finalize replay; do
	printf '  %-10s %s / %s\n' "$phase" "$(worst $phase-ms)" "$(worst $phase-cpu-ms)"
done
printf '\nload average %s before, %s after\n' "$before" "$after"
echo "| $(date -u +%F) | $(git rev-parse --short HEAD) | $(nproc) × $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo) | $before |" \
	"$(value Records/ed25519 records/s) | $(value Records/p256 records/s) | $(value Records/secp256k1 records/s) |" \
	"$(value Append/append entrys/s) | $(value CSVRows/scan-and-tree rows/s) | $(worst process-cpu-ms) | $(worst finalize-cpu-ms) | $(worst replay-cpu-ms) |"
