"""A server whose disk is full for ten seconds, under calls: run as a program of its own in a mount namespace, where its
disk is a small tmpfs that ends with it. Says what was lost, as JSON."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from short_calls import DOCUMENTS, ShortCalls, missing
from until import until

SIZE = "64m"
FULL_FOR = 10


def in_namespace():
    """This file, as root of a mount namespace; what it says."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run(["unshare", "--mount", *as_root, sys.executable, __file__], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def fill(disk):
    """Until not an octet more is taken; the file that does it."""
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


def main():
    from skyn3t import Skyn3t
    disk = pathlib.Path(tempfile.mkdtemp(prefix="skyn3t-small-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], check=True)
    server = Skyn3t(keep_data=disk)
    try:
        server.start().apply_documents(DOCUMENTS)
        calls = ShortCalls(server.sip)
        until(lambda: len(calls.ended) > 20, 10, "calls")
        filler = fill(disk)
        full_until, seen = time.monotonic() + FULL_FOR, []

        def look():
            seen.append(server.health())
            return time.monotonic() >= full_until
        until(look, FULL_FOR + 20, "ten seconds", every=0.2)
        filler.unlink()
        calls.stop()
        until(lambda: not missing(server, calls.placed), 30, lambda: "the rows\n" + server.log(2000))
        health = server.health()
        server.stop()
        print(json.dumps({"placed": len(calls.placed), "lost": len(calls.placed) - len(calls.ended), "was_down": any(each["parts"]["database"] == "down" for each in seen),
                          "waited": max(each["facts"]["waiting"] for each in seen), "facts": health["facts"], "status": health["status"]}))
    finally:
        server.kill()
        subprocess.run(["umount", "--lazy", str(disk)])
        disk.rmdir()


if __name__ == "__main__":
    main()
