#!/usr/bin/env bash
# The long suite, `./run check [SECONDS]`: formatting, everything under ASan+UBSan and under TSan, every fuzz target for
# SECONDS (600), and both of README's commands on a bare Debian 12. Run before an issue is resolved; the result, the commit and the times go to docs/check.md.
# Every build's output is in build/PRESET.log, every fuzz target's in build/corpus/TARGET.log. What the fuzzers found
# interesting stays in build/corpus/TARGET and is the start of the next run.
set -euo pipefail
cd "$(dirname "$0")/.."
export seconds=${1:-600}
export SKYN3T_LONG=1 # scenarios that take minutes
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "Uso / usage: ./run check [SECONDS]" >&2; exit 64; }

# say TEXT: with the minutes and seconds since the start.
say() { printf '==> %02d:%02d %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

# build PRESET [TARGET...]
build() {
    local preset=$1 log=build/$1.log
    shift
    say "$preset: compilo / building"
    mkdir -p build
    if ! { cmake --preset "$preset" && cmake --build "build/$preset" ${1:+--target "$@"}; } > "$log" 2>&1; then
        grep -E -A12 'error|FAILED' "$log" | head -n 60 >&2 || tail -n 40 "$log" >&2
        say "$preset: no compila / does not build: $log"
        exit 1
    fi
}

say "formato / formatting"
git ls-files '*.cpp' '*.hpp' | xargs -r clang-format-14 --dry-run --Werror

# The first report ends a program, so no test can pass with one.
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
export LSAN_OPTIONS=print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/tools/tsan.supp
for preset in asan tsan; do
    build "$preset"
    say "$preset: pruebas unitarias / unit tests"
    ctest --preset "$preset" -LE scenario --progress
    say "$preset: escenarios / scenarios"
    SKYN3T_BINARY="$PWD/build/$preset/skyn3t" /usr/bin/python3 -m pytest tests/scenario -q -n 2 --dist loadfile \
        -p no:cacheprovider
done

# fuzz TARGET: a crash, leak, undefined behaviour, an input of over 30 s or 2 GB fails it; the input is kept.
fuzz() {
    local target=$1 name corpus folders
    name=$(basename "$target" _fuzz)
    corpus=build/corpus/$name
    folders=("$corpus")
    [ -d "tests/fuzz/seeds/$name" ] && folders+=("tests/fuzz/seeds/$name")
    mkdir -p "$corpus"
    if "$target" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$corpus-" "${folders[@]}" > "$corpus.log" 2>&1; then
        printf '    %-16s %s\n' "$name" "$(grep -E '^Done' "$corpus.log")"
    else
        tail -n 60 "$corpus.log" >&2
        printf '    %-16s FALLÓ / FAILED: %s.log\n' "$name" "$corpus"
        return 255 # xargs starts no other
    fi
}
export -f fuzz

build fuzz fuzzers
say "fuzz: $seconds s por objetivo / for each"
printf '%s\n' build/fuzz/tests/fuzz/*_fuzz | xargs -P "$(nproc)" -I {} bash -c 'fuzz {}'
say "Debian 12 desde cero / from scratch"
SKYN3T_WERROR=ON tools/fresh_debian.sh
say "limpio / clean: $(git describe --always --dirty)"
