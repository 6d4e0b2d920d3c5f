#!/usr/bin/python3
"""Measures the budgets of the project (docs/performance.md) beside Kamailio, rtpengine and the bare system calls.

    ./run bench [--quick] [ROW...]        ./run bench --list

CPU is user and system time of all threads of the server's process; the server runs on core 0, what loads it on core 1.
Every figure is the median of its rounds; the rounds of those that are compared take turns."""
import argparse
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import time

import processes
import rows
import town

HERE = pathlib.Path(__file__).resolve().parent
ALL = {"registration": rows.registration, "short_call": rows.short_call, "prompts": rows.prompts,
       "bridge": rows.bridge, "memory": rows.memory, "dial_delay": rows.dial_delay, "restart": rows.restart,
       "rush": rows.rush}


def show(result):
    met = {True: "met", False: "MISSED", None: "-"}[result.met]
    print(f"\n{result.work}\n  goal   {result.goal}   {met}\n  ours   {result.ours}")
    for name, value in (("peer", result.peer), ("floor", result.floor), ("ratio", result.ratio)):
        if value:
            print(f"  {name:6} {value}")
    for note in result.notes:
        print(f"         {note}")
    sys.stdout.flush()


def table(results):
    """For docs/performance.md."""
    print("\n| work | goal | ours | peer | floor | ratio | met |\n|---|---|---|---|---|---|---|")
    for r in results:
        met = {True: "yes", False: "**no**", None: "-"}[r.met]
        print(f"| {r.work} | {r.goal} | {r.ours} | {r.peer or '-'} | {r.floor or '-'} | {r.ratio or '-'} | {met} |")


def machine():
    model = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                            cwd=HERE).stdout.strip()
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{time.strftime('%Y-%m-%d %H:%M')}, commit {commit}, {os.cpu_count()} x {model}, Linux {platform.release()}, load {load}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ALL))
    parser.add_argument("--build", default="build/release", help="where the binaries are")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds, for a first look")
    parser.add_argument("--rounds", type=int, help="instead of 5, or 2 with --quick")
    parser.add_argument("--seconds", type=int, help="of each window, instead of 6, or 3 with --quick")
    parser.add_argument("--json", help="also write the results to this file")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(ALL))
        return 0
    if unknown := [row for row in arguments.rows if row not in ALL]:
        parser.error(f"no such row: {', '.join(unknown)} (there are {', '.join(ALL)})")
    build = pathlib.Path(arguments.build).resolve()
    town.Town.binary = str(build / "skyn3t")
    if os.cpu_count() < 2:
        parser.error("two cores are needed: one for the server, one for what loads it")
    effort = rows.Effort(build / "bench", arguments.quick, arguments.rounds, arguments.seconds)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what runs is ended
    print(machine())
    results, failed = [], False
    try:
        for name in arguments.rows or ALL:
            try:
                result = ALL[name](effort)
            except Exception as error:  # one row that cannot be measured does not hide the others
                failed = True
                print(f"\n{name}: not measured: {type(error).__name__}: {error}", file=sys.stderr)
                continue
            finally:
                processes.Tool.end_all()
            results.append(result)
            show(result)
    finally:
        processes.Tool.end_all()
    table(results)
    print(f"\n{machine()}; steal: median {100 * effort.median_steal():.1f} %, worst {100 * effort.worst_steal():.1f} %")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps([vars(r) for r in results], indent=1))
    return 1 if failed else 0


if __name__ == "__main__":
    with processes.ahead_of_other_sessions():
        sys.exit(main())
