"""What tests start beside the server is gone afterwards, whether it obeys or not: nothing may be left for the next test."""
import os
import signal

import pytest

from kamailio import Kamailio
from processes import Program, alive_in_group, children_of

STUBBORN = "trap '' TERM; echo here; while :; do sleep 60; done"


def test_a_program_and_its_child_that_do_not_obey_are_killed():
    program = Program("sh", "-c", f"trap '' TERM; ({STUBBORN}) & {STUBBORN}")
    program.wait_for("here\nhere")
    program.close(patience=0.1)
    assert alive_in_group(program.process.pid) == []


def test_a_child_whose_program_has_gone_is_ended_too():
    program = Program("sh", "-c", f"({STUBBORN}) & read line")
    program.wait_for("here")
    program.type("")
    assert program.process.wait(10) == 0 and alive_in_group(program.process.pid) != []
    program.close()
    assert alive_in_group(program.process.pid) == []


def test_a_program_that_obeys_ends_by_itself():
    program = Program("sh", "-c", "trap 'echo bye; exit 3' TERM; echo here; while :; do read line; done")
    program.wait_for("here")
    program.close()
    assert program.process.returncode == 3


@pytest.mark.parametrize("who", ["main", "worker"])
def test_a_kamailio_that_hangs_leaves_no_process(who):
    proxy = Kamailio(("127.0.0.1", 9))  # nobody is behind it, so it never answers
    with pytest.raises(AssertionError, match="Kamailio answers"):
        proxy.start(timeout=1)
    main = proxy.program.process.pid
    workers = children_of(main)
    assert workers
    os.kill(main if who == "main" else workers[0], signal.SIGSTOP)
    proxy.program.close(patience=1)
    assert alive_in_group(main) == []
    proxy.close()
