"""Which signals an init hands on to its child.

usage: signals.py [-1] [NUMBER...] -- INIT [OPTION...]

Runs INIT OPTION... with a child that waits for every signal and prints each. Sends INIT one signal after
the other, 1 to 64 but those that nobody catches, and prints a line for each: "15 15" for one that arrived
as it was, "15 3" for one that arrived as another, "17 -" for one that did not arrive, "6 gone" when INIT
itself was ended by it. With -1 INIT is process 1 of a PID namespace.
"""
import os
import select
import signal
import subprocess
import sys
import time

import family

RECORDER = r"""
import os, signal
every = set(range(1, 65)) - {32, 33}
signal.pthread_sigmask(signal.SIG_BLOCK, every)
os.write(1, b"ready\n")
while True:
    os.write(1, b"%d\n" % signal.sigwaitinfo(every).si_signo)
"""
PATIENCE = 20
MARKER = 64


class Init:
    def __init__(self, command, as_first):
        wrapper = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"] if as_first else []
        self.outer = subprocess.Popen(wrapper + command + [sys.executable, "-c", RECORDER],
                                      stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert self.line() == "ready", command
        self.pid = self.outer.pid
        if as_first:
            with open(f"/proc/{self.pid}/task/{self.pid}/children") as f:
                self.pid = int(f.read())

    def line(self):
        """What the child says next; None when nobody is there to say it."""
        text = b""
        while not text.endswith(b"\n"):
            assert select.select([self.outer.stdout], [], [], PATIENCE)[0], "the child says nothing"
            byte = os.read(self.outer.stdout.fileno(), 1)
            if not byte:
                return None
            text += byte
        return text.decode().strip()

    def is_there(self):
        return self.outer.poll() is None

    def has_taken(self):
        """Whether no signal is pending for INIT any more."""
        try:
            with open(f"/proc/{self.pid}/status") as f:
                pending = [line.split()[1] for line in f if line.startswith(("SigPnd", "ShdPnd"))]
        except (FileNotFoundError, ProcessLookupError):
            return True
        return all(int(word, 16) == 0 for word in pending)

    def try_signal(self, number):
        try:
            os.kill(self.pid, number)
            deadline = time.monotonic() + PATIENCE
            while not self.has_taken():
                assert time.monotonic() < deadline, "the signal stays pending"
            if number != MARKER:
                os.kill(self.pid, MARKER)
        except ProcessLookupError:
            pass
        got = self.line() if self.wait_for_word() else None
        if got is None:
            return "gone"
        if got == str(MARKER) and number != MARKER:
            return "-"
        if number != MARKER:
            assert self.line() == str(MARKER)
        return got

    def wait_for_word(self):
        """True when the child speaks, False when INIT ends without it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if select.select([self.outer.stdout], [], [], 0.01)[0]:
                return True
            if not self.is_there():
                return False
        raise AssertionError("neither a signal nor an end")

    def end(self):
        """INIT and the child, whom INIT may have left."""
        family.end_all()
        self.outer.wait()


def main():
    arguments = sys.argv[1:sys.argv.index("--")]
    command = sys.argv[sys.argv.index("--") + 1:]
    as_first = "-1" in arguments
    numbers = [int(a) for a in arguments if a != "-1"]
    numbers = numbers or [n for n in range(1, 65) if n not in (9, 19, 20, 21, 22, 32, 33)]
    init = None
    family.keep()
    for number in numbers:
        init = init or Init(command, as_first)
        got = init.try_signal(number)
        print(number, got)
        if got == "gone":
            init.end()
            init = None
    if init:
        init.end()


main()
