import os
import threading

from gradviz.trace import codec
from gradviz.trace.messages import TextPrinted
from gradviz.worker.channel import Channel
from gradviz.worker.protocol import Hold, Run, SetSpeed


class Pair:
    """A channel and the far ends of its pipes."""

    def __init__(self):
        inward, self.command_end = os.pipe()
        self.message_end, outward = os.pipe()
        self.channel = Channel(inward, outward)
        self.ends = [inward, self.command_end, self.message_end, outward]

    def received(self, count):
        reader, found = codec.FrameReader(), []
        while len(found) < count:
            found += [codec.decode(body) for body in reader.feed(os.read(self.message_end, 1 << 16))]
        return found

    def close(self):
        self.channel.close()
        for end in self.ends:
            os.close(end)


def test_records_arrive_whole_and_in_order_whichever_way_they_are_sent():
    pair = Pair()
    texts = [TextPrinted("stdout", str(n) * (1 if n % 3 else 20_000)) for n in range(60)]

    def send():
        for n, text in enumerate(texts):
            (pair.channel.send_at_once if n % 2 else pair.channel.send)(text)

    thread = threading.Thread(target=send)
    thread.start()
    assert pair.received(60) == texts
    thread.join()
    pair.close()


def test_commands_come_in_pieces():
    pair = Pair()
    commands = [Run("x = 1", "p.py", "/"), Hold(), SetSpeed(2.5)]
    for byte in b"".join(codec.encode(command) for command in commands):
        os.write(pair.command_end, bytes([byte]))
    found = pair.channel.commands()
    assert [next(found) for _ in commands] == commands
    pair.close()


def test_a_parent_that_does_not_read_makes_the_sender_wait():
    pair = Pair()
    done = threading.Event()

    def flood():
        for _ in range(300):
            pair.channel.send(TextPrinted("stdout", "x" * 10_000))
        done.set()

    thread = threading.Thread(target=flood)
    thread.start()
    assert not done.wait(0.2), "300 × 10 kB went where only 64 frames may wait"
    pair.received(300)
    thread.join()
    pair.close()
