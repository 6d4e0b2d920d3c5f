"""Which of a flow's prompts was heard: pocketsphinx's English acoustic model, Spanish words spelled in its phones, and a
closed grammar of whole prompts. (Debian has no Spanish model; reference/speech-media.md section 3 measured this one.)
It says that a prompt is intelligible and which one it is, and nothing about how it sounds."""
import itertools
import re

import numpy as np
from pocketsphinx import Decoder

from rtp_audio import RATE

MODEL = "/usr/share/pocketsphinx/model/en-us"
VARIANTS = 12  # pronunciations of a word, since English phones only come near
# Longest spelling first. Each has the English phones that come nearest to it.
PHONES = [("ch", ["CH"]), ("ll", ["Y", "JH"]), ("rr", ["R", "D"]), ("qu", ["K"]), ("gue", ["G EH"]), ("gui", ["G IY"]),
          ("ce", ["S EH", "S EY", "TH EH"]), ("ci", ["S IY", "TH IY"]), ("ge", ["HH EH", "HH EY"]), ("gi", ["HH IY"]),
          ("ñ", ["N Y"]), ("a", ["AA", "AH"]), ("e", ["EH", "EY"]), ("i", ["IY", "IH"]), ("o", ["OW", "AO"]),
          ("u", ["UW", "UH"]), ("b", ["B", "V"]), ("v", ["B", "V"]), ("c", ["K"]), ("d", ["D", "DH"]), ("f", ["F"]),
          ("g", ["G"]), ("h", [""]), ("j", ["HH", "K"]), ("k", ["K"]), ("l", ["L"]), ("m", ["M"]), ("n", ["N"]),
          ("p", ["P"]), ("r", ["R", "D"]), ("s", ["S", "Z"]), ("t", ["T"]), ("x", ["K S"]), ("y", ["Y", "IY"]),
          ("z", ["S", "TH"])]
NUMBERS = {"1": "uno", "2": "dos", "3": "tres"}
PLAIN = str.maketrans("áéíóúü", "aeiouu")


def words(text):
    return [NUMBERS.get(w, w).translate(PLAIN) for w in re.findall(r"\w+", text.lower())]


def pronunciations(word):
    """Up to VARIANTS ways to say a Spanish word with English phones, spread over all of them."""
    sounds, rest = [], word
    while rest:
        spelled, phones = next((s, p) for s, p in PHONES if rest.startswith(s))
        sounds.append(phones)
        rest = rest[len(spelled):]
    every = [" ".join(" ".join(each).split()) for each in itertools.islice(itertools.product(*sounds), 4096)]
    return [every[i * len(every) // min(VARIANTS, len(every))] for i in range(min(VARIANTS, len(every)))]


def to_16_khz(samples):
    """Twice the rate, the new samples between the old ones by a windowed sinc, and silence around it all."""
    n = np.arange(-31, 32)
    spread = np.zeros(2 * len(samples))
    spread[::2] = samples
    filtered = np.convolve(spread, np.sinc(n / 2) * np.hamming(63), "same")
    silence = np.zeros(RATE)  # half a second
    return np.clip(np.concatenate([silence, filtered, silence]), -32768, 32767).astype(np.int16)


def first_sentences(samples, pause=1.0):
    """What is spoken up to the first long pause."""
    loud = np.flatnonzero(np.abs(samples) > 300)
    gaps = np.flatnonzero(np.diff(loud) > pause * RATE)
    return samples[loud[0]:loud[gaps[0] if len(gaps) else -1]]


class Recogniser:
    """For these prompts, and nothing else."""

    def __init__(self, prompts, folder):
        self.prompts = {" ".join(words(p)): p for p in prompts}
        spoken = sorted({w for p in prompts for w in words(p)})
        dictionary = folder / "es.dict"
        dictionary.write_text("".join(f"{w}{f'({i + 1})' if i else ''} {p}\n" for w in spoken
                                      for i, p in enumerate(pronunciations(w))))
        grammar = folder / "prompts.jsgf"
        grammar.write_text("#JSGF V1.0;\ngrammar prompts;\npublic <prompt> = " + " | ".join(self.prompts) + ";\n")
        config = Decoder.default_config()
        config.set_string("-hmm", f"{MODEL}/en-us")
        config.set_string("-dict", str(dictionary))
        config.set_string("-jsgf", str(grammar))
        config.set_string("-logfn", "/dev/null")
        self.decoder = Decoder(config)

    def which(self, samples):
        """The prompt that these samples (8 kHz) say, or None."""
        self.decoder.start_utt()
        self.decoder.process_raw(to_16_khz(samples).tobytes(), False, True)
        self.decoder.end_utt()
        found = self.decoder.hyp()
        return self.prompts.get(found.hypstr) if found else None
