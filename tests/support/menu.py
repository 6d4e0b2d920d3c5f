"""What scenarios of the menu do and wait for."""
import numpy as np

from rtp_audio import RATE, tone_share

NUMBER = "+56229145248"
GREETING = ("Bienvenido a Oficina Principal. Para oficina de administración, presione 1. Para conserjería, presione 2. "
            "Por favor, seleccione una opción.")


def speaks(call, since=0):
    """Until the caller has heard some of the menu after this sample."""
    call.audio.wait_for(lambda: np.count_nonzero(np.abs(call.audio.heard()[since:]) > 500) > RATE / 12, 5, "speech")


def answered_call(phone_peer):
    """The call that this phone answered, once its ACK came."""
    call = phone_peer.wait(lambda: next(iter(phone_peer.calls.values()), None), 20, "the phone rings")
    phone_peer.wait(lambda: call.acked, 5, "ACK of the phone's 200")
    return call


def talk(one, other):
    """Different tones both ways, each found at the other end."""
    one.audio.hum(440)
    other.audio.hum(880)
    other.audio.wait_for_tone(440)
    one.audio.wait_for_tone(880)
    assert tone_share(other.audio.heard()[-RATE // 4:], 880) < 0.05, "the phone hears itself"
    assert tone_share(one.audio.heard()[-RATE // 4:], 440) < 0.05, "the caller hears itself"
