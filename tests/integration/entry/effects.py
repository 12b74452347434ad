"""What an init does to others, as a word or two on standard output; compared with what it should be.

usage: effects.py adopted              as INIT's child: does an orphan become INIT's?
       effects.py session              as INIT's child: session, group or neither, which we lead
       effects.py group INIT...        who gets SIGUSR1 that is sent to INIT: the child, a member of its group
       effects.py farewell INIT...     what a member of the child's group is sent when the child ends
       effects.py parent INIT...       what arrives when INIT's parent ends
       effects.py stop INIT...         who stops when INIT is sent SIGTSTP, and goes on at SIGCONT
       effects.py pause NUMBER INIT... the exit status of an INIT without a child after that signal
"""
import os
import signal
import subprocess
import sys
import time

import family

PATIENCE = 20
ME = [sys.executable, os.path.abspath(__file__)]


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "gave up waiting"
        time.sleep(0.005)


def state(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rpartition(")")[2].split()[0]


def say(*words):
    """A line in one write, whoever else writes."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def read_line(pipe):
    return pipe.readline().decode().strip()


def start(init, *words):
    return subprocess.Popen(init + ME + list(words), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def block(*signals):
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)


def adopted():
    init, (reading, writing) = os.getppid(), os.pipe()
    if os.fork() == 0:
        parent = os.getpid()
        if os.fork() == 0:
            until(lambda: os.getppid() != parent)
            os.write(writing, b"adopted" if os.getppid() == init else b"left")
            os._exit(0)
        os._exit(0)
    os.wait()
    print(os.read(reading, 20).decode())


def session():
    me = os.getpid()
    print("session" if os.getsid(0) == me else "group" if os.getpgrp() == me else "neither")


def member_and_child():
    """A child and a member of its group; each says once which signal came, the child ends on the word."""
    block(signal.SIGUSR1, signal.SIGTERM, signal.SIGRTMAX)
    member = os.fork()
    name = "member" if member == 0 else "child"
    say(name, os.getpid())
    while True:
        got = signal.sigwait({signal.SIGUSR1, signal.SIGTERM, signal.SIGRTMAX})
        say(name, signal.Signals(got).name)
        if got == signal.SIGRTMAX:
            sys.exit(0)


def pair(init):
    """INIT with both, when both are there: the process and the pids of child and member."""
    outer = start(init, "member-and-child")
    pids = dict(read_line(outer.stdout).split() for _ in range(2))
    return outer, [int(pids["child"]), int(pids["member"])]


def group(init):
    outer, pids = pair(init)
    os.kill(outer.pid, signal.SIGUSR1)
    said = [read_line(outer.stdout)]
    for pid in reversed(pids):
        os.kill(pid, signal.SIGRTMAX)   # taken last, so nothing of the first signal is on its way then
    while sum(line.endswith("SIGRTMAX") for line in said) < 2:
        said.append(read_line(outer.stdout))
    print(*sorted(line.split()[0] for line in said if line.endswith("SIGUSR1")))


def farewell(init):
    outer, (child, member) = pair(init)
    os.kill(child, signal.SIGRTMAX)
    assert read_line(outer.stdout) == "child SIGRTMAX"
    outer.wait()
    os.kill(member, signal.SIGRTMAX)
    print(read_line(outer.stdout).split()[1].replace("SIGRTMAX", "nothing"))


def parent(init):
    reading, writing = os.pipe()
    between = os.fork()
    if between == 0:
        os.dup2(writing, 1)
        os.execvp(sys.executable, ME + ["hold"] + init)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert read_line(pipe) == "ready"
        os.kill(between, signal.SIGKILL)
        os.waitpid(between, 0)
        print(read_line(pipe))


def hold(init):
    subprocess.run(init + ME + ["listen"], check=False)


def listen():
    signals = {signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP}
    block(*signals)
    say("ready")
    say(signal.Signals(signal.sigwait(signals)).name)


def stop(init):
    outer = start(init, "listen")
    assert read_line(outer.stdout) == "ready"
    with open(f"/proc/{outer.pid}/task/{outer.pid}/children") as f:
        child = int(f.read())
    os.kill(outer.pid, signal.SIGTSTP)
    deadline = time.monotonic() + 0.3       # there is no event for "does not stop"
    while time.monotonic() < deadline and not (state(outer.pid) == "T" and state(child) == "T"):
        time.sleep(0.01)
    print("init" if state(outer.pid) == "T" else "-", "child" if state(child) == "T" else "-", end=" ")
    os.kill(outer.pid, signal.SIGCONT)
    until(lambda: state(outer.pid) != "T" and state(child) != "T")
    os.kill(outer.pid, signal.SIGUSR1)
    print(read_line(outer.stdout))
    outer.wait()


def pause(number, init):
    outer = subprocess.Popen(init, stdin=subprocess.DEVNULL)
    calm = 0
    while calm < 20:        # asleep for good: what it blocks does not show while it waits for signals
        calm = calm + 1 if state(outer.pid) == "S" else 0
        time.sleep(0.005)
    os.kill(outer.pid, signal.SIGUSR1)
    os.kill(outer.pid, signal.SIGTSTP)
    os.kill(outer.pid, int(number))
    print(outer.wait(PATIENCE))


def main():
    story, rest = sys.argv[1], sys.argv[2:]
    alone = {"adopted": adopted, "session": session, "listen": listen, "member-and-child": member_and_child}
    of_init = {"group": group, "farewell": farewell, "parent": parent, "hold": hold, "stop": stop}
    if story in alone:
        alone[story]()
        return
    family.keep()
    if story == "pause":
        pause(rest[0], rest[1:])
    else:
        of_init[story](rest)


main()
