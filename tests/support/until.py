"""Waiting for what tells nobody when it changes."""
import threading
import time


def until(condition, timeout, what, every=0.05):
    """Asks again until the condition holds, and returns its value; AssertionError after the timeout. `what` is a text or
    makes one. Only for what can just be asked: another program's API, its files, whether it is there at all. Where there
    is an event (a message, a packet, a line of output, the end of a process), wait for that instead."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what() if callable(what) else what}")
        threading.Event().wait(every)
    return value
