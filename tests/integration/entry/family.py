"""Whoever a test starts ends with it, however it ends: nobody is left to hold a pipe open."""
import atexit
import ctypes
import os
import signal
import sys

PR_SET_CHILD_SUBREAPER = 36


def end_all():
    while True:
        with open(f"/proc/self/task/{os.getpid()}/children") as f:
            for pid in f.read().split():
                os.kill(int(pid), signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def keep():
    """Descendants come to us when their parents end, and all of them end with us."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    atexit.register(end_all)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
