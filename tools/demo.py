"""./run demo: three communities, six phones and a carrier on this machine; real calls, told as stories.

Every call is placed by a SIP peer of the tests over loopback, with audio that is generated and measured. The exit code
is not zero when any call did not go as it must."""
import argparse
import concurrent.futures
import os
import pathlib
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))

from rtp_audio import RATE, tone_share  # noqa: E402
from sip_peer import SipPeer  # noqa: E402
from skyn3t import COMMUNITIES, Skyn3t  # noqa: E402

import numpy as np  # noqa: E402

CARRIER = "127.0.0.2"
COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
# Why a call was not put through, as the caller hears it, by what came of the phone's leg.
CAUSES = {"busy": "la línea está ocupada", "no-answer": "nadie contesta", "failed": "el teléfono no está disponible"}
NAMES = {"OFICINA_PRINCIPAL": "Oficina Principal", "PLAZA_NORTE": "Edificio Plaza Norte",
         "LAS_FLORES": "Condominio Las Flores"}
ROLES = {"1": ("office", "oficina de administración"), "2": ("security", "conserjería")}


def paint(text, code):
    return f"\x1b[{code}m{text}\x1b[0m" if COLOUR else text


def bold(text):
    return paint(text, "1")


def dim(text):
    return paint(text, "2")


def good(text="bien"):
    return paint("✔ " + text, "32")


def bad(text):
    return paint("✘ " + text, "31;1")


class Story:
    """One call as it happens, printed whole when it has ended, so that calls side by side do not mix."""

    def __init__(self, title):
        self.title, self.lines, self.faults, self.started = title, [], [], time.monotonic()
        self.placed = 0.0  # when the call began

    def tell(self, text, at=None):
        self.lines.append((time.monotonic() - self.started if at is None else at, text))

    def expect(self, condition, what):
        if condition:
            self.tell(good(what))
        else:
            self.faults.append(what)
            self.tell(bad("no: " + what))

    def print(self):
        mark = bad("falló") if self.faults else good("bien")
        print(f"\n{bold(self.title)}  {mark}")
        for at, text in sorted(self.lines, key=lambda line: line[0]):
            print(f"  {dim(f'{at:5.1f} s')}  {text}")
        sys.stdout.flush()


class Demo:
    def __init__(self, server):
        self.server, self.phones, self.print_lock = server, {}, threading.Lock()

    def register_phones(self):
        for code in COMMUNITIES:
            for role, (user, password) in self.server.credentials(code).items():
                phone = SipPeer()
                reply = phone.register(self.server.sip, user, password, self.server.domain)
                if reply.status != 200:
                    raise SystemExit(bad(f"el teléfono {user} no pudo registrarse: {reply.start}"))
                self.phones[code, role] = phone
                print(f"  {good()}  {NAMES[code]:24} {user}")

    # -- what a caller does and hears

    def dial(self, story, code, caller="+56987654321"):
        carrier = SipPeer(CARRIER)
        story.placed = time.monotonic() - story.started
        call = carrier.call(self.server.sip, COMMUNITIES[code], caller=caller)
        story.tell(f"{caller} llama al {COMMUNITIES[code]} ({NAMES[code]})")
        call.wait_answered(10)
        story.tell("contesta la central y empieza a hablar")
        return carrier, call

    def press(self, story, call, digit, when="apenas empieza el saludo"):
        call.audio.press(digit)
        story.tell(f"presiona {bold(digit)} {when}".rstrip())

    def said(self, story, sid):
        """What the call log says that the caller heard, at the moments when it began."""
        for event in self.server.events(sid):
            if event["kind"] == "say":
                story.tell(f"oye: «{event['detail']['text']}»", story.placed + event["milliseconds"] / 1000)

    def logged(self, story, carrier_call, status, reason=None, child=None):
        """The rows of the call log: the parent's, and the child's when one was dialled."""
        try:
            parent = self.server.wait_call(
                lambda c: c["from"] == carrier_call.caller and not c["parent_call_sid"]
                and c["status"] not in ("queued", "ringing", "in-progress"), 15, "la fila de la llamada")
        except AssertionError as error:
            story.expect(False, str(error))
            return None
        self.said(story, parent["sid"])
        story.expect(parent["status"] == status, f"el registro dice «{parent['status']}», {parent['duration']} s")
        events = self.server.events(parent["sid"])
        ended = next((e for e in events if e["kind"] == "ended"), None)
        if reason:
            story.expect(ended and ended["detail"]["reason"] == reason, f"motivo: {ended and ended['detail']['reason']}")
        if child:
            rows = [c for c in self.server.calls() if c["parent_call_sid"] == parent["sid"]]
            story.expect(len(rows) == 1 and rows[0]["status"] == child,
                         f"la llamada hija a {rows[0]['to'] if rows else '?'} dice "
                         f"«{rows[0]['status'] if rows else 'nada'}»")
        return parent

    def talk(self, story, call, phone_call):
        """Different tones both ways; each must arrive at the other end."""
        call.audio.hum(440)
        phone_call.audio.hum(880)
        phone_call.audio.wait_for_tone(440, seconds=0.5, share=0.9)
        call.audio.wait_for_tone(880, seconds=0.5, share=0.9)
        heard = tone_share(phone_call.audio.heard()[-RATE // 2:], 440)
        answered = tone_share(call.audio.heard()[-RATE // 2:], 880)
        story.expect(heard > 0.9 and answered > 0.9,
                     f"se oyen en ambos sentidos (440 Hz de ida {heard:.0%}, 880 Hz de vuelta {answered:.0%})")
        call.audio.hum(None)
        phone_call.audio.hum(None)

    # -- the calls

    def put_through(self, code, digit, who_ends, caller):
        role, label = ROLES[digit]
        story = Story(f"{NAMES[code]}: tecla {digit}, {label}")
        phone = self.phones[code, role]
        rung = concurrent.futures.Future()

        def ring(call):
            call.ring()
            call.answer()
            rung.set_result(call)
        phone.on_invite = ring
        carrier, call = self.dial(story, code, caller)
        call.caller = caller
        try:
            call.audio.wait_for(lambda: len(call.audio.heard()) > RATE // 2, 5, "el saludo")
            loud = np.sqrt(np.mean(call.audio.heard().astype(float) ** 2))
            story.expect(loud > 200, f"el saludo se oye (nivel {20 * np.log10(loud / 32768):.0f} dBFS)")
            self.press(story, call, digit)
            phone_call = rung.result(15)
            story.tell(f"suena y contesta {label}")
            phone_call.peer.wait(lambda: phone_call.acked, 5, "ACK")
            self.talk(story, call, phone_call)
            before = time.monotonic()
            ender, other = (call, phone_call) if who_ends == "caller" else (phone_call, call)
            ender.hang_up()
            other.wait_ended(5)
            story.tell(f"corta {'quien llamó' if who_ends == 'caller' else label}; el otro lado queda libre")
            if who_ends != "caller":
                after = call.audio.heard(before + 0.1)
                level = np.max(np.abs(after), initial=0)
                story.expect(level < 500, "después del corte no se oye nada más")
        except (AssertionError, concurrent.futures.TimeoutError) as error:
            story.expect(False, str(error) or "nadie contestó a tiempo")
        self.logged(story, call, "completed", child="completed")
        carrier.close()
        return story

    def menu_only(self, title, code, caller, keys, sentences, reason):
        """A call that never reaches anybody."""
        story = Story(title)
        carrier, call = self.dial(story, code, caller)
        call.caller = caller
        try:
            for count, key in enumerate(keys, 1):
                pressed = time.monotonic()
                self.press(story, call, key, "")
                if count < len(keys):
                    call.audio.wait_for_silence(20, since=pressed)
            call.wait_ended(80)  # the menu is heard twice when no key is pressed
            story.tell("la central corta")
        except AssertionError as error:
            story.expect(False, str(error))
        parent = self.logged(story, call, "completed", reason)
        if parent:
            said = [e["detail"]["text"] for e in self.server.events(parent["sid"]) if e["kind"] == "say"]
            for sentence in sentences:
                story.expect(sentence in said, f"se dijo «{sentence}»")
        carrier.close()
        return story

    def unreached(self, title, code, caller, answer, child, reason, patience=20):
        """Key 1, and the office phone does not take the call."""
        story = Story(title)
        phone = self.phones[code, "office"]
        if answer is None:
            user, password = self.server.credentials(code)["office"]
            phone.register(self.server.sip, user, password, self.server.domain, expires=0)
            story.tell("el teléfono de la oficina está desconectado")
        else:
            phone.on_invite = answer
        carrier, call = self.dial(story, code, caller)
        call.caller = caller
        try:
            self.press(story, call, "1")
            call.wait_ended(patience)
            story.tell("la central corta")
        except AssertionError as error:
            story.expect(False, str(error))
        parent = self.logged(story, call, "completed", reason, child)
        if parent:
            said = [e["detail"]["text"] for e in self.server.events(parent["sid"]) if e["kind"] == "say"]
            sentence = f"No se pudo completar la conexión: {CAUSES[child]}. Adiós."
            story.expect(sentence in said, f"se dijo «{sentence}»")
        if answer is None:
            phone.register(self.server.sip, user, password, self.server.domain)
        carrier.close()
        return story

    def phone_dials(self, code, number):
        story = Story(f"{NAMES[code]}: el teléfono de conserjería marca {number}")
        phone = self.phones[code, "security"]
        user, password = self.server.credentials(code)["security"]
        call = phone.call(self.server.sip, number, self.server.domain, (user, password), caller=user)
        call.caller = f"sip:{user}@{self.server.domain}"
        try:
            call.wait_answered(10)
            call.wait_ended(30)
        except AssertionError as error:
            story.expect(False, str(error))
        parent = self.logged(story, call, "failed", "phone_may_not_call")
        if parent:
            said = [e for e in self.server.events(parent["sid"]) if e["kind"] == "say"]
            story.expect(bool(said), "oyó una frase, nunca silencio")
        return story

    def run(self):
        """The calls of one phone follow each other; different phones are busy side by side."""
        def refuse(status):
            return lambda call: (call.ring(), call.refuse(status))

        lanes = [
            [lambda: self.put_through("OFICINA_PRINCIPAL", "1", "caller", "+56911111101"),
             lambda: self.unreached("Oficina Principal: el teléfono no está registrado", "OFICINA_PRINCIPAL",
                                    "+56911111102", None, "failed", "not_registered"),
             lambda: self.unreached("Oficina Principal: nadie contesta en 30 s", "OFICINA_PRINCIPAL", "+56911111103",
                                    lambda call: call.ring(), "no-answer", "no_answer", 60)],
            [lambda: self.put_through("OFICINA_PRINCIPAL", "2", "phone", "+56911111104"),
             lambda: self.phone_dials("OFICINA_PRINCIPAL", "+56922223333")],
            [lambda: self.put_through("PLAZA_NORTE", "1", "phone", "+56911111105"),
             lambda: self.unreached("Edificio Plaza Norte: el teléfono está ocupado (486)", "PLAZA_NORTE",
                                    "+56911111106", refuse(486), "busy", "busy"),
             lambda: self.unreached("Edificio Plaza Norte: el teléfono rechaza la llamada (603)", "PLAZA_NORTE",
                                    "+56911111107", refuse(603), "busy", "declined"),
             lambda: self.unreached("Edificio Plaza Norte: sin códec en común (488)", "PLAZA_NORTE",
                                    "+56911111108", refuse(488), "failed", "no_common_codec")],
            [lambda: self.put_through("PLAZA_NORTE", "2", "caller", "+56911111109")],
            [lambda: self.put_through("LAS_FLORES", "1", "caller", "+56911111110"),
             lambda: self.put_through("LAS_FLORES", "2", "phone", "+56911111111")],
            [lambda: self.menu_only("Condominio Las Flores: no presiona nada", "LAS_FLORES", "+56911111112", "",
                                    ["No se detectó ninguna selección. Adiós."], "no_selection")],
            [lambda: self.menu_only("Condominio Las Flores: tres teclas equivocadas", "LAS_FLORES", "+56911111113",
                                    "999", ["Opción no válida."], "too_many_wrong_keys")],
        ]

        def follow(lane):
            stories = []
            for step in lane:
                try:
                    story = step()
                except Exception as error:  # one call that breaks must not hide the others
                    story = Story("una llamada")
                    story.expect(False, f"{type(error).__name__}: {error}")
                stories.append(story)
                with self.print_lock:
                    story.print()
            return stories

        with concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
            return [story for stories in pool.map(follow, lanes) for story in stories]

    def close(self):
        for phone in self.phones.values():
            phone.close()


def main():
    parser = argparse.ArgumentParser(description="Demostración: tres comunidades y llamadas reales en esta máquina.")
    parser.add_argument("--binary", default=str(ROOT / "build/release/skyn3t"))
    parser.add_argument("--keep", action="store_true", help="deja el servidor funcionando al terminar")
    options = parser.parse_args()

    server = Skyn3t(binary=str(ROOT / options.binary) if not options.binary.startswith("/") else options.binary)
    demo = None
    kept = False
    try:
        print(bold("Servidor"))
        started = time.monotonic()
        server.start()
        print(f"  {good()}  SIP {server.sip[0]}:{server.sip[1]}, API {server.url}")
        print(server.apply(ROOT / "examples/communities.yaml").stdout.rstrip())
        print(f"  {good(f'comunidades listas en {time.monotonic() - started:.1f} s')}")
        print(f"\n{bold('Teléfonos')}")
        demo = Demo(server)
        demo.register_phones()
        print(dim("\nLas llamadas corren a la vez; la más larga espera 30 s a que alguien conteste ..."))
        stories = demo.run()
        print(f"\n{bold('Verificación del propio servidor (skyn3t verify)')}")
        verified = server.cli("verify", check=False)
        print(verified.stdout.rstrip() or verified.stderr.rstrip())
        print(f"\n{bold('Registro de llamadas (skyn3t calls)')}")
        print(server.cli("calls").stdout.rstrip())
        failed = [s for s in stories if s.faults]
        print(f"\n{len(stories) - len(failed)} de {len(stories)} llamadas salieron como debían.")
        for story in failed:
            print(bad(f"{story.title}: {'; '.join(story.faults)}"))
        if verified.returncode != 0:
            print(bad("la verificación no pasó"))
        if options.keep:
            kept = True
            print(f"\nEl servidor sigue funcionando (proceso {server.process.pid}): {server.url}\n"
                  f"Datos y clave de la API: {server.data}/account.json\n"
                  f"Para pararlo: kill {server.process.pid}")
        return 1 if failed or verified.returncode != 0 else 0
    finally:
        if demo:
            demo.close()
        if not kept:
            server.close()


if __name__ == "__main__":
    sys.exit(main())
