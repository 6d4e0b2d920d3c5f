"""One function for each row of the budgets. All measure alike: start both sides, load them in turns, take medians."""
import contextlib
import dataclasses
import pathlib
import statistics
import time

from peers import Kamailio, Rtpengine, free_port
from processes import SERVER_CORE, Tool, Window, memory_kib
from town import CARRIER, DIAL, DOMAIN, LONG, SHORT, Town

median = statistics.median


@dataclasses.dataclass
class Result:
    work: str
    goal: str
    ours: str
    met: bool | None = None
    peer: str = ""
    floor: str = ""
    ratio: str = ""
    notes: list = dataclasses.field(default_factory=list)


class Effort:
    """How long and how often; where the tools are; the steal of every window."""

    def __init__(self, tools: pathlib.Path, quick, rounds=None, seconds=None):
        self.tools, self.quick = tools, quick
        self.rounds, self.seconds = rounds or (2 if quick else 5), seconds or (3 if quick else 6)
        self.steals = []
        self.phones = f"127.0.0.1:{free_port()}"

    def tool(self, name, *arguments, core=None):
        command = [self.tools / name, *arguments]
        return Tool(command, core) if core else Tool(command)

    @contextlib.contextmanager
    def window(self, pids):
        window = Window(pids)
        with window:
            yield window
        self.steals.append(window.steal)

    def median_steal(self):
        return median(self.steals) if self.steals else 0

    def worst_steal(self):
        return max(self.steals, default=0)


@contextlib.contextmanager
def running(tool):
    try:
        yield tool
    finally:
        tool.end()


def spread(values, unit, digits=1):
    """median (least-most)"""
    return f"{median(values):.{digits}f} {unit} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def until(condition, timeout, what):
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {timeout} s: {what}")
        time.sleep(0.1)
    return value


# ---- Registrations

def register(effort, address, users, *arguments):
    """Always from one port, so that every round refreshes the bindings of the round before."""
    return effort.tool("regblast", "--server", address, "--domain", DOMAIN, "--users", users, "--local", effort.phones,
                       *arguments).finish()


def checked(figures):
    if figures["failed"]:
        raise RuntimeError(f"registrations failed: {figures}")
    return figures


def microseconds_per_registration(effort, address, pids, users, rate, seconds):
    with effort.window(pids) as window:
        figures = checked(register(effort, address, users, "--rate", rate, "--seconds", seconds))
    return 1e6 * window.cpu / figures["done"]


def registration(effort):
    with contextlib.ExitStack() as stack:
        town = stack.enter_context(Town(250, roles=2))
        kamailio = stack.enter_context(contextlib.closing(Kamailio(town.users, DOMAIN)))
        floor = stack.enter_context(running(effort.tool("floor", "registrar", core=SERVER_CORE)))
        users = town.folder / "users"
        sides = {"ours": (town.address, town.pids), "peer": (kamailio.address, kamailio.pids),
                 "floor": (floor.line()["local"], [floor.pid])}
        full, most = {name: [] for name in sides}, {name: [] for name in sides}
        for _ in range(min(effort.rounds, 3)):
            for name, (address, pids) in sides.items():
                with effort.window(pids) as window:
                    figures = checked(register(effort, address, users, "--seconds", min(effort.seconds, 4)))
                full[name].append(1e6 * window.cpu / figures["done"])
                most[name].append(figures["done"] / figures["seconds"])
        rate = round(min(max(most["ours"]), max(most["peer"])) / 2)
        half = {name: [] for name in sides}
        for _ in range(effort.rounds):
            for name, (address, pids) in sides.items():
                half[name].append(microseconds_per_registration(effort, address, pids, users, rate, effort.seconds))
    ours, peer = median(half["ours"]), median(half["peer"])
    return Result("complete registration, bindings persisted", "at most Kamailio's (-x fm -X fm, in memory)",
                  spread(half["ours"], "us"), ours <= peer, "Kamailio " + spread(half["peer"], "us"),
                  spread(half["floor"], "us"), f"{ours / peer:.2f} of Kamailio's, {ours / median(half['floor']):.1f} x floor",
                  [f"at {rate}/s, half the slower server's maximum; " + "; ".join(
                      f"{name} saturated: {max(most[name]):.0f}/s, {median(full[name]):.1f} us" for name in sides)])


def restart(effort):
    phones = 1000
    with Town(phones // 2, roles=2, sip_port=free_port()) as town:
        users = town.folder / "users"
        checked(register(effort, town.address, users, "--count", phones))
        town.server.stop()
        # The phones do not wait for the server: they repeat until it answers.
        load = effort.tool("regblast", "--server", town.address, "--domain", DOMAIN, "--users", users, "--local",
                           effort.phones, "--count", phones, "--outstanding", phones)
        began = time.monotonic()
        town.start()
        started = time.monotonic() - began
        figures = checked(load.finish())
        total = time.monotonic() - began
        registered = town.metrics()["skyn3t_registrations"]
    return Result("1,000 phones after a restart", "all registered in 30 s", f"{total:.1f} s", figures["done"] == phones and
                  total <= 30, notes=[f"server ready after {started:.1f} s, {registered} bindings, "
                                      f"{figures['retransmissions']} retransmissions"])


# ---- Calls

class Load:
    """callblast and its media endpoints against a town. Steps out with every call ended."""

    def __init__(self, effort, town, *arguments, phones=False, echo=False, digit=None):
        self._stack = contextlib.ExitStack()
        talk = ["--echo"] if echo else []
        press = ["--digit", digit[0], "--digit-after", digit[1]] if digit else []
        self.caller_media = self._stack.enter_context(
            running(effort.tool("rtpload", "--local", f"{CARRIER}:0", *talk, *press)))
        media = ["--media", self.caller_media.line()["local"]]
        self.phone_media = None
        if phones:
            self.phone_media = self._stack.enter_context(
                running(effort.tool("rtpload", "--local", "127.0.0.1:0", *talk)))
            media += ["--phones", "127.0.0.1:0", "--phone-media", self.phone_media.line()["local"], "--users",
                      town.folder / "users", "--domain", DOMAIN]
        self.calls = effort.tool("callblast", "--server", town.address, "--numbers", town.folder / "numbers", *media,
                                 *arguments)
        self.registered = self.calls.line()["registered"]

    def status(self):
        return self.calls.ask("status")

    def wait_up(self, count, side="up", timeout=60):
        return until(lambda: (s := self.status())[side] >= count and s, timeout, f"{count} calls {side}")

    def media(self):
        return self.caller_media.ask("report"), self.phone_media.ask("report") if self.phone_media else None

    def finish(self):
        figures = self.calls.end()
        if figures["failed"]:
            raise RuntimeError(f"calls failed: {figures}")
        return figures

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.calls.end()
        self._stack.close()


def floor_of_sends(effort, streams):
    """(core percent, microseconds per packet) of one send per stream and 20 ms."""
    with running(effort.tool("rtpload", "--local", f"{CARRIER}:0")) as sink:
        to = sink.line()["local"]
        with running(effort.tool("floor", "send", "--streams", streams, "--to", to, core=SERVER_CORE)) as floor:
            time.sleep(0.5)
            sink.ask("report")
            with effort.window([floor.pid]) as window:
                time.sleep(effort.seconds)
            packets = sink.ask("report")["packets"]
    return window.core_percent, 1e6 * window.cpu / packets


def floor_of_messages(effort, town, rate):
    """Microseconds to receive one SIP message and send one."""
    with running(effort.tool("floor", "registrar", core=SERVER_CORE)) as floor:
        per_registration = microseconds_per_registration(effort, floor.line()["local"], [floor.pid],
                                                         town.folder / "users", rate, effort.seconds)
    return per_registration / 2


def short_call(effort):
    rate = 100
    seconds = max(effort.seconds, 5)
    ours, floors, packets = [], [], []
    with Town(20, document=SHORT) as town:
        with Load(effort, town, "--rate", 20, "--calls", 40) as warm:
            until(lambda: warm.status()["ended"] >= 40, 30, "the first calls")
        for _ in range(effort.rounds):
            with effort.window(town.pids) as window, Load(effort, town, "--rate", rate, "--seconds", seconds) as load:
                until(lambda: (s := load.status())["started"] >= rate * (seconds - 1) and s["alive"] == 0, 60,
                      "the end of the calls")
                heard = load.media()[0]
                done = load.finish()
            per_call = heard["packets"] / done["ended"]
            ours.append(1e6 * window.cpu / done["ended"])
            packets.append(per_call)
            send, message = floor_of_sends(effort, rate)[1], floor_of_messages(effort, town, 1.5 * rate)
            floors.append(per_call * send + 3 * message)
    ratio = median(ours) / median(floors)
    return Result("short IVR call", "at most 3 x the floor", spread(ours, "us", 0), ratio <= 3, "",
                  spread(floors, "us", 0), f"{ratio:.2f} x floor",
                  [f"{rate} calls/s, {median(packets):.1f} packets a call; floor: so many sends, three messages in and out"])


def prompts(effort):
    calls, ours, floors, heard = 100, [], [], None
    with Town(20, document=LONG) as town:
        for _ in range(effort.rounds):
            with Load(effort, town, "--rate", 40, "--calls", calls) as load:
                load.wait_up(calls)
                time.sleep(1)
                load.media()
                with effort.window(town.pids) as window:
                    time.sleep(effort.seconds)
                heard = load.media()[0]
                load.finish()
            ours.append(window.core_percent)
            floors.append(floor_of_sends(effort, calls)[0])
    ratio = median(ours) / median(floors)
    return Result("100 calls playing cached prompts, send only", "at most 2 x the floor", spread(ours, "%", 2), ratio <= 2,
                  "", spread(floors, "%", 2), f"{ratio:.2f} x floor", [media_note(heard)])


def media_note(heard):
    even = 100 * heard["even_gaps"] / max(heard["gaps"], 1)
    return (f"last round: {heard['packets']} packets heard, {heard['lost'] + heard['marked_lost']} lost, {even:.1f} % of gaps "
            f"15-25 ms, worst {heard['worst_gap_ms']:.0f} ms")


@contextlib.contextmanager
def talkers(effort):
    """Two media endpoints that answer what they hear, and their addresses."""
    with running(effort.tool("rtpload", "--local", f"{CARRIER}:0", "--echo")) as caller, \
            running(effort.tool("rtpload", "--local", "127.0.0.1:0", "--echo")) as phone:
        yield caller, caller.line()["local"], phone, phone.line()["local"]


def bridge_by_rtpengine(effort, rtpengine, calls):
    with talkers(effort) as (caller, caller_address, phone, phone_address):
        names = [f"bench-{i}-{time.monotonic_ns()}" for i in range(calls)]
        for name in names:
            for endpoint, to in zip((caller, phone), rtpengine.bridge(name, caller_address, phone_address)):
                endpoint.tell(f"to {to}")
        time.sleep(2)
        caller.ask("report"), phone.ask("report")
        with effort.window(rtpengine.pids) as window:
            time.sleep(effort.seconds)
        heard = phone.ask("report")
        complete(caller.ask("report"), calls, effort.seconds, "rtpengine, towards the callers")
        for name in names:
            rtpengine.delete(name)
    return window.core_percent, heard


def floor_of_bridge(effort, calls):
    with talkers(effort) as (_, caller_address, phone, phone_address):
        with running(effort.tool("floor", "relay", "--streams", calls, "--to", caller_address, "--back", phone_address,
                                 core=SERVER_CORE)) as floor:
            time.sleep(2)
            phone.ask("report")
            with effort.window([floor.pid]) as window:
                time.sleep(effort.seconds)
            return window.core_percent, phone.ask("report")


def complete(heard, calls, seconds, what):
    """The load must have been the whole load."""
    expected = 50 * calls * seconds
    if heard["packets"] < 0.95 * expected:
        raise RuntimeError(f"{what}: {heard['packets']} packets arrived of some {expected:.0f}")


def bridge(effort):
    calls, ours, peers, floors = 100, [], [], []
    with contextlib.ExitStack() as stack:
        town = stack.enter_context(Town(20, document=DIAL))
        rtpengine = stack.enter_context(contextlib.closing(Rtpengine()))
        for _ in range(effort.rounds):
            with Load(effort, town, "--rate", 40, "--calls", calls, phones=True, echo=True) as load:
                load.wait_up(calls)
                time.sleep(2)
                load.media()
                with effort.window(town.pids) as window:
                    time.sleep(effort.seconds)
                back, heard = load.media()
                load.finish()
            complete(heard, calls, effort.seconds, "ours")
            complete(back, calls, effort.seconds, "ours, towards the callers")
            ours.append(window.core_percent)
            percent, by_peer = bridge_by_rtpengine(effort, rtpengine, calls)
            complete(by_peer, calls, effort.seconds, "rtpengine")
            peers.append(percent)
            percent, by_floor = floor_of_bridge(effort, calls)
            complete(by_floor, calls, effort.seconds, "floor")
            floors.append(percent)
    to_floor, to_peer = median(ours) / median(floors), median(ours) / median(peers)
    return Result("100 bridged calls, G.711", "at most 1.6 x the floor and half of rtpengine", spread(ours, "%", 2),
                  to_floor <= 1.6 and to_peer <= 0.5, "rtpengine " + spread(peers, "%", 2), spread(floors, "%", 2),
                  f"{to_floor:.2f} x floor, {to_peer:.2f} of rtpengine", ["ours, " + media_note(heard)])


def memory(effort):
    growth = {}
    with Town(300, roles=4) as town, contextlib.closing(Kamailio(town.users, DOMAIN)) as kamailio:
        users, some = town.folder / "users", town.folder / "some"
        some.write_text("\n".join(users.read_text().splitlines()[:200]) + "\n")
        for name, address, pids in (("ours", town.address, town.pids), ("peer", kamailio.address, kamailio.pids)):
            # The same work first, on 200 phones: transactions live for 32 s and are not what is measured.
            checked(register(effort, address, some, "--count", 1000, "--rate", 200))
            time.sleep(34)
            before = memory_kib(pids)
            checked(register(effort, address, users, "--count", 1200, "--rate", 200))
            time.sleep(34)
            growth[name] = (memory_kib(pids) - before) / 1000
    few, many = 100, 400 if not effort.quick else 200
    with Town(20, document=DIAL) as town:
        with Load(effort, town, "--rate", 40, "--calls", few, phones=True, echo=True) as first:
            first.wait_up(few)
            time.sleep(3)
            before = memory_kib(town.pids)
            with Load(effort, town, "--rate", 40, "--calls", many - few, phones=True, echo=True) as more:
                more.wait_up(many - few)
                time.sleep(3)
                per_call = (memory_kib(town.pids) - before) / (many - few)
    return Result("memory per two-leg call; per registration", "at most 64 KiB; 1 KiB",
                  f"{per_call:.1f} KiB; {growth['ours']:.2f} KiB", per_call <= 64 and growth["ours"] <= 1,
                  f"Kamailio {growth['peer']:.2f} KiB per registration",
                  notes=[f"proportional set size: {many - few} more calls beside {few}; 1,000 more phones beside 200"])


def dial_delay(effort):
    worst, rate = [], 100
    with Town(20, document=DIAL) as town:
        for _ in range(effort.rounds):
            with Load(effort, town, "--rate", rate, "--seconds", effort.seconds, "--hold", 1, phones=True) as load:
                until(lambda: (s := load.status())["started"] >= rate * (effort.seconds - 1) and s["alive"] == 0, 60,
                      "the end of the calls")
                figures = load.finish()
            if figures["delays"] < figures["started"]:
                raise RuntimeError(f"phones were not called: {figures}")
            worst.append(figures)
    p99 = [figures["delay_ms_p99"] for figures in worst]
    return Result("from the trunk's INVITE to the phone's, 100 calls/s", "p99 under 10 ms", "p99 " + spread(p99, "ms"),
                  median(p99) < 10, notes=[f"p50 {median(f['delay_ms_p50'] for f in worst):.2f} ms, worst "
                                           f"{max(f['delay_ms_max'] for f in worst):.1f} ms of {rate * effort.seconds} "
                                           f"calls a round"])


# ---- Everything at once

def rush(effort):
    length = 60 if effort.quick else 600
    greeting, hold = 1.0, 13.0  # the key is pressed after 1 s; "Conectando con ..." takes some 2 s
    with Town(300, roles=2, cores="0,1") as town:
        with Load(effort, town, "--rate", 20, "--seconds", length, "--hold", hold, "--refresh", 120, phones=True,
                  echo=True, digit=("1", greeting)) as load:
            bridged, before = [], town.metrics()
            with effort.window(town.pids) as window:
                began = time.monotonic()
                while time.monotonic() - began < length:
                    time.sleep(1)
                    bridged.append(load.status()["phones_up"])
            until(lambda: load.status()["alive"] == 0, 60, "the end of the calls")
            caller, phone = load.media()
            after = town.metrics()
            figures = load.calls.end()
    ticks = after["skyn3t_media_ticks_total"] - before["skyn3t_media_ticks_total"]
    late = after["skyn3t_media_late_ticks_total"] - before["skyn3t_media_late_ticks_total"]
    bad = figures["started"] - figures["acknowledged"] + figures["failed"]
    lost = sum(side["marked_lost"] for side in (caller, phone))
    share = 100 * late / max(ticks, 1)
    met = bad == 0 and lost == 0 and share < 0.1 and figures["registrations_failed"] == 0
    return Result(f"the 18:00 rush, {length // 60} min", "no failed call, no lost packet, under 0.1 % of ticks late",
                  f"{bad} of {figures['started']} calls failed, {lost} of {caller['marked'] + phone['marked']} packets lost, "
                  f"{share:.3f} % of ticks late", met,
                  notes=[f"{window.core_percent:.0f} % of one core, {median(bridged[15:] or [0]):.0f} calls bridged (median), "
                         f"{figures['registrations']} registrations, {figures['registrations_failed']} failed; "
                         f"registration p99 {figures['registration_ms_p99']:.1f} ms; worst gap {phone['worst_gap_ms']:.0f} ms"])
