"""After calls of every kind nothing is left alive: no call, dialog, stream, transaction, connection or process."""
import os

from processes import children_of

DOCUMENTS = {"PLAZA_NORTE": "<Response><Dial timeout='5'><Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>",
             "LAS_FLORES": """<Response><Dial timeout="8" answerOnBridge="true">
<Sip>sip:+56234567890-office@skyn3t.test</Sip></Dial></Response>"""}


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def test_nothing_is_left_after_calls_of_every_kind(server, phone, carrier, peers):
    plaza = phone("PLAZA_NORTE")
    warm = carrier.call(server.sip, "+56223456789").wait_answered()  # what is opened once stays open
    warm.hang_up()
    server.ended_call(warm)
    before, workers = descriptors(server), children_of(server.process.pid)

    for _ in range(5):  # put through, and hung up by either side
        plaza.calls.clear()
        call = carrier.call(server.sip, "+56223456789").wait_answered()
        other = plaza.wait(lambda: next(iter(plaza.calls.values()), None), 5, "the phone rings")
        plaza.wait(lambda: other.acked, 5, "ACK")
        other.hang_up()
        call.wait_ended()
    for status in (486, 603, 488):  # refused
        plaza.on_invite = lambda call, status=status: call.refuse(status)
        carrier.call(server.sip, "+56223456789").wait_answered().wait_ended(10)
    flowers = phone("LAS_FLORES", on_invite=lambda call: call.ring())
    for count in range(1, 4):  # given up while it rings
        call = carrier.call(server.sip, "+56234567890")
        flowers.wait(lambda count=count: len(flowers.calls) == count, 5, "the phone rings")
        call.hang_up()
        assert call.wait_final() == 487
    assert len(flowers.calls) == 3
    greeting = carrier.call(server.sip, "+56229145248").wait_answered()  # left during the greeting
    greeting.hang_up()
    assert carrier.call(server.sip, "+56229999999").wait_final() == 404
    assert peers().call(server.sip, "+56229145248").wait_final() == 401

    server.wait_metrics({"calls": 0, "media_streams": 0}, 10)
    # RFC 3261 keeps a transaction for up to 64 T1 = 32 s after its last response.
    server.wait_metrics({"sip_dialogs": 0, "sip_server_transactions": 0, "sip_client_transactions": 0,
                         "sip_connections": 0}, 45)
    server.wait_until(lambda: descriptors(server) <= before, 5, "as many open files as before")
    assert children_of(server.process.pid) == workers
