"""baresip and linphone, headless, as phones of a community: they register, answer by themselves, play a file as their
microphone and record what they hear. Both are programs of others, built on SIP stacks that share nothing with ours."""
import pathlib
import re
import shutil
import tempfile
import wave

import numpy as np

from processes import Program
from rtp_audio import RATE, tone, tone_share
from until import until

BARESIP_MODULES = "/usr/lib/baresip/modules"
BARESIP_CONFIG = """
poll_method epoll
sip_listen {ip}:0
net_interface {ip}
audio_player aubridge,loudspeaker
audio_source aufile,{folder}/microphone.wav
audio_alert aubridge,alert
snd_path {folder}
jitter_buffer_delay 1-4
module_path {modules}
module stdio.so
module g711.so
module g722.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
"""
LINPHONE_CONFIG = """
[sip]
sip_port=-1
sip_tcp_port=-1
default_proxy=0
register_only_when_network_is_up=0
verify_server_certs=0
[net]
nat_policy_ref=none
firewall_policy=0
[rtp]
audio_rtp_port=-1
[video]
enabled=0
[auth_info_0]
username={user}
userid={user}
passwd={password}
realm={domain}
[proxy_0]
reg_proxy=<sip:{host}:{port};transport={transport}>
reg_route=<sip:{host}:{port};transport={transport};lr>
reg_identity=sip:{user}@{domain}
reg_expires=300
reg_sendregister=1
publish=0
"""


def write_wav(path, samples, rate=RATE):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.asarray(samples, np.int16).tobytes())


def read_wav(path):
    """The samples of a mono recording that may still be growing: its header is finished when it is closed."""
    data = pathlib.Path(path).read_bytes()[44:]
    return np.frombuffer(data[:len(data) // 2 * 2], np.int16)


class Softphone:
    """A folder of its own, a microphone that hums, and heard() for what came out of the loudspeaker."""

    def __init__(self, hum, rate=RATE):
        self.folder, self.rate = pathlib.Path(tempfile.mkdtemp(prefix="softphone-")), rate
        write_wav(self.folder / "microphone.wav", tone(hum, 60, rate=rate), rate)
        self.program = None

    def heard(self):
        recordings = sorted([*self.folder.glob("heard.wav"), *self.folder.glob("dump-*-dec.wav")])
        return read_wav(recordings[-1]) if recordings else np.zeros(0, np.int16)

    def wait_heard(self, frequency, timeout=10, seconds=0.3):
        """Until this tone came out of the loudspeaker. The recording is written in blocks, so it is read again."""
        until(lambda: tone_share(self.heard()[-int(seconds * self.rate):], frequency, self.rate) >= 0.7, timeout,
              lambda: f"{type(self).__name__} hears {frequency} Hz:\n{self.program.output}", every=0.1)

    def close(self):
        if self.program:
            self.program.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Baresip(Softphone):
    """With a password it registers; without one it is a carrier's gateway at that address, and only places calls.
    After a hold it records nothing more of what it hears: its filters are gone then, received() still tells."""

    def __init__(self, address, user, password, domain, transport="udp", hum=880, codec="PCMA/8000/1", ip="127.0.0.1"):
        super().__init__(hum, int(codec.split("/")[1]))
        write_wav(self.folder / "alert.wav", np.zeros(RATE))
        (self.folder / "config").write_text(BARESIP_CONFIG.format(folder=self.folder, modules=BARESIP_MODULES, ip=ip))
        (self.folder / "contacts").write_text("")
        credentials = f"auth_user={user};auth_pass={password};regint=60" if password else "regint=0"
        (self.folder / "accounts").write_text(
            f"<sip:{user}@{domain};transport={transport}>;{credentials};"
            f"outbound=\"sip:{address[0]}:{address[1]};transport={transport}\";answermode=auto;audio_codecs={codec}\n")
        self.domain = domain
        self.program = Program("baresip", "-4", "-f", str(self.folder), "-p", str(self.folder))

    def wait_registered(self, timeout=10):
        self.program.wait_for("200 OK", timeout)

    def call(self, number):
        self.program.wait_for("baresip is ready")
        self.program.type(f"/dial sip:{number}@{self.domain}")

    def hold(self):
        self.program.type("/hold")
        self.program.wait_for("call: hold")

    def resume(self):
        self.program.type("/resume")
        self.program.wait_for("call: resume")

    def received(self):
        """How many RTP packets of the call it counted."""
        before = len(self.program.output)
        self.program.type("/audio_debug")
        after = self.program.wait_for("jitter buffer debug", since=before)
        return int(re.search(r"rcvd=(\d+)", self.program.output[before:after])[1])

    def hang_up(self):
        self.program.type("b")


class Linphone(Softphone):
    def __init__(self, address, user, password, domain, transport="udp", hum=880):
        super().__init__(hum)
        (self.folder / ".local/share/linphone").mkdir(parents=True)
        config = self.folder / "linphonerc"
        config.write_text(LINPHONE_CONFIG.format(user=user, password=password, domain=domain, host=address[0],
                                                 port=address[1], transport=transport))
        self.program = Program("linphonec", "-c", str(config), "-a", "-d", "6", "-l", str(self.folder / "messages.log"), env={
            "HOME": str(self.folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        for command in ("soundcard use files", f"play {self.folder}/microphone.wav", f"record {self.folder}/heard.wav"):
            self.program.type(command)

    def messages(self):
        """What it sent and received, among other lines of its log."""
        return (self.folder / "messages.log").read_text(errors="replace")

    def hang_up(self):
        self.program.type("terminate")
