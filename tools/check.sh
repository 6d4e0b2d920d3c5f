#!/usr/bin/env bash
# The long suite, `./run check [SECONDS]`: formatting, everything under ASan+UBSan and under TSan, every fuzz target for
# SECONDS (600). Run before an issue is resolved; note the result and the commit in docs/check.md.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}

echo "==> formato / formatting"
git ls-files '*.cpp' '*.hpp' | xargs -r clang-format-14 --dry-run --Werror

# Leak checks need ptrace-free teardown; suppressions name what libraries keep until exit.
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
for preset in asan tsan; do
    echo "==> $preset"
    cmake --preset "$preset" > /dev/null
    cmake --build "build/$preset"
    ctest --preset "$preset" -LE scenario
    SKYN3T_BINARY="$PWD/build/$preset/skyn3t" /usr/bin/python3 -m pytest tests/scenario -q -n 2 --dist loadfile \
        -p no:cacheprovider
done

echo "==> fuzz, $seconds s por objetivo / each"
cmake --preset fuzz > /dev/null
cmake --build build/fuzz
mkdir -p build/corpus
for target in build/fuzz/tests/fuzz/*_fuzz; do
    name=$(basename "$target")
    mkdir -p "build/corpus/$name"
    seeds=()
    [ -d "tests/fuzz/seeds/$name" ] && seeds=("tests/fuzz/seeds/$name")
    "$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/corpus/$name-" "build/corpus/$name" "${seeds[@]}" 2> "build/corpus/$name.log" ||
        { tail -n 40 "build/corpus/$name.log"; exit 1; }
    grep -E 'number_of_executed_units|Done' "build/corpus/$name.log" | sed "s/^/$name: /"
done
echo "==> limpio / clean: $(git rev-parse --short HEAD)"
