"""A network namespace in which api.twilio.com is our server: for programs that know no other address.

Inside, *.twilio.com resolves to a TLS listener whose certificate is of a CA made for the test; it passes everything on
through a UNIX socket, which reaches out of the namespace. Nothing of the programs is patched: Node.js is told of the CA as
its documents say. Needs no root, only user namespaces."""
import asyncio
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

from certificates import Authority

HOSTS = [f"{product}.twilio.com" for product in ("api", "monitor", "numbers", "pricing", "accounts")]


class AsTwilio:
    """run(command) as a child inside such a namespace; `url` is our server's."""

    def __init__(self, url):
        host, port = url.removeprefix("http://").rsplit(":", 1)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="as-twilio-"))
        Authority(self.folder).issue([f"DNS:{name}" for name in HOSTS])
        (self.folder / "hosts").write_text("127.0.0.1 localhost " + " ".join(HOSTS) + "\n")
        self._loop = in_background(lambda: asyncio.start_unix_server(
            relay_to(lambda: asyncio.open_connection(host, int(port))), self.folder / "relay"))

    def run(self, *command, env=None, timeout=120):
        """The finished process; its output is text."""
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        return subprocess.run(["unshare", "--net", "--mount", *as_root, sys.executable, __file__, str(self.folder), *command],
                              capture_output=True, text=True, timeout=timeout,
                              env={**os.environ, "NODE_EXTRA_CA_CERTS": str(self.folder / "ca.pem"), **(env or {})})

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        shutil.rmtree(self.folder, ignore_errors=True)


def in_background(start):
    """A loop on a thread of its own, on which the coroutine start() has run."""
    loop, started = asyncio.new_event_loop(), threading.Event()

    def run():
        loop.run_until_complete(start())
        started.set()
        loop.run_forever()
    threading.Thread(target=run, daemon=True).start()
    assert started.wait(10), "the relay does not listen"
    return loop


def relay_to(connect):
    """A server's callback that passes each connection on, both ways, to what connect() opens."""
    async def pass_on(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # the other direction has ended it
        finally:
            writer.close()

    async def serve(reader, writer):
        its_reader, its_writer = await connect()
        await asyncio.gather(pass_on(reader, its_writer), pass_on(its_reader, writer))
    return serve


def inside(folder, command):
    """The part that runs in the namespace: the listener, and the command as a child of it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "--bind", f"{folder}/hosts", "/etc/hosts"], check=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/its.pem", f"{folder}/its.key")
    in_background(lambda: asyncio.start_server(
        relay_to(lambda: asyncio.open_unix_connection(f"{folder}/relay")), "127.0.0.1", 443, ssl=context))
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(inside(sys.argv[1], sys.argv[2:]))
