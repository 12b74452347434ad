"""The terminal, handed over by reeve -- and taken back: a shell with job control in a pty, typed to.

usage: terminal.py [PREFIX...]         PREFIX stands before reeve, as in "unshare --pid --fork"
"""
import os
import pty
import re
import select
import signal
import sys
import time

PATIENCE = 20
WATCHER = r"""
import os, signal, sys
signals = {signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
print("groups", int(os.tcgetpgrp(0) == os.getpgrp()), int(os.getpgrp() == os.getpid()), "pid", os.getpid(), "end", flush=True)
while True:
    got = signal.sigwait(signals)
    print("got", signal.Signals(got).name, "end", flush=True)
    if got == signal.SIGQUIT:
        sys.exit(3)
"""


class Shell:
    """bash in a pty of its own; what is typed is not echoed, and each prompt is told from the output."""

    def __init__(self, *instead):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(PS1="READY> ", PS2="", TERM="dumb")
            os.environ.pop("PROMPT_COMMAND", None)
            words = instead or ("bash", "--norc", "--noprofile", "--noediting", "-i")
            os.execvp(words[0], words)
        self.seen = ""
        if not instead:
            self.until("READY> ")
            self.type("stty -echo; set -m")
            self.until("READY> ")

    def type(self, line):
        os.write(self.fd, line.encode() + b"\n")

    def key(self, byte):
        os.write(self.fd, byte)

    def until(self, pattern):
        """Reads until the pattern is there, and returns what came up to its end."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = re.search(pattern, self.seen)
            if found:
                text, self.seen = self.seen[:found.end()], self.seen[found.end():]
                return text
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self.fd], [], [], left)[0]
            assert ready, f"no {pattern!r} in {self.seen!r}"
            self.seen += os.read(self.fd, 4096).decode(errors="replace")

    def run(self, line):
        """A command and what it said before the next prompt."""
        self.type(line)
        return self.until("READY> ")

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def note(words):
    print("--", words, flush=True)


def is_stopped(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rpartition(")")[2].split()[0] == "T"


def keys_reach_the_child_alone(shell, reeve):
    note("the child's group is the foreground; ^C and ^\\ reach it, once each, and nobody else")
    with open(os.environ["work"] + "/watcher.py", "w") as f:
        f.write(WATCHER)
    shell.type(f"{reeve} python3 $work/watcher.py; echo status=$?")
    shell.until("groups 1 1 pid .* end")
    shell.key(b"\x03")
    shell.until("got SIGINT end")
    shell.key(b"\x1c")
    text = shell.until("status=3")
    assert text.count("got") == 1, text
    shell.until("READY> ")


def what_is_typed_reaches_the_child(shell, reeve):
    note("standard input is the child's; the shell has the terminal again afterwards")
    shell.type(f"{reeve} cat; echo status=$?")
    shell.type("hello child")
    shell.until("hello child")
    shell.key(b"\x04")
    shell.until("status=0")
    shell.until("READY> ")
    assert "still=here" in shell.run("echo still=here")


def a_script_without_job_control_reads_on(shell, reeve):
    note("a script that reads from the terminal after us is in the foreground again")
    shell.type(f"bash -c '{reeve} true; echo now; read word; echo got=$word'")
    shell.until("now")
    shell.type("something")
    shell.until("got=something")
    shell.until("READY> ")


def a_stopped_child_is_a_stopped_job(shell, reeve):
    note("^Z stops the job; fg and bg continue it")
    shell.type(f"{reeve} cat; echo status=$?")
    shell.type("before")
    shell.until("before")
    shell.key(b"\x1a")
    shell.until("Stopped")
    shell.until("READY> ")
    shell.type("fg")
    shell.type("after")
    shell.until("after\r\nafter|after")
    shell.key(b"\x1a")
    shell.until("Stopped")
    shell.until("READY> ")
    shell.type("bg; wait -n; jobs")     # in the background it wants to read, and is stopped again
    shell.until("Stopped")
    shell.until("READY> ")
    shell.type("fg")
    shell.type("and again")
    shell.until("and again")
    shell.key(b"\x04")
    shell.until("READY> ")


def in_the_background_it_takes_no_foreground(shell, reeve):
    note("started in the background it leaves the foreground alone, and may come forward")
    shell.type(f"{reeve} cat &")
    shell.until("READY> ")
    assert "mine=yes" in shell.run("echo mine=yes")
    shell.type("wait -n; jobs")
    shell.until("Stopped")
    shell.until("READY> ")
    shell.type("fg")
    shell.type("words")
    shell.until("words")
    shell.key(b"\x04")
    shell.until("READY> ")


def others_of_a_pipeline_have_the_terminal_too(shell, reeve):
    note("another member of a pipeline reads from the terminal; our child may too when it asks")
    shell.type(f"{reeve} seq 3 | (read word < /dev/tty; echo got=$word)")
    shell.type("something")
    shell.until("got=something")
    shell.until("READY> ")
    shell.type(f"true | {reeve} bash -c 'read word < /dev/tty; echo child=$word'")
    shell.type("something")
    shell.until("child=something")
    shell.until("READY> ")
    shell.type(f"{reeve} python3 $work/watcher.py | (trap '' INT QUIT; cat)")
    pid = shell.until("groups 0 1 pid .* end").split()[-2]
    shell.key(b"\x03")
    shell.until("got SIGINT end")
    shell.key(b"\x1a")
    shell.until("Stopped")
    shell.until("READY> ")
    shell.type("fg")
    while is_stopped(pid):      # a key before that would be the shell's, and take the line with it
        time.sleep(0.01)
    shell.key(b"\x1c")
    shell.until("READY> ")


def nobody_could_continue_it(shell, reeve):
    note("as process 1, where nobody could continue it, ^Z does not leave a dead terminal")
    shell.type(f"{reeve} cat; echo status=$?")
    shell.type("before")
    shell.until("before")
    shell.key(b"\x1a")
    shell.type("after")
    shell.until("after")
    shell.key(b"\x04")
    shell.until("status=0")
    shell.until("READY> ")


def there_is_no_shell():
    note("leading the session itself, as in a container with a terminal, ^Z is undone")
    shell = Shell("reeve", "--", "sh", "-c", "stty -echo; echo begin; exec cat")
    shell.until("begin")
    shell.type("before")
    shell.until("before")
    shell.key(b"\x1a")
    shell.type("after")
    shell.until("after")
    shell.key(b"\x04")
    assert os.waitpid(shell.pid, 0)[1] == 0
    os.close(shell.fd)


def main():
    prefix = " ".join(sys.argv[1:])
    reeve = f"{prefix} reeve --".strip()
    stories = [keys_reach_the_child_alone, what_is_typed_reaches_the_child]
    if prefix:
        stories += [nobody_could_continue_it]
    else:
        stories += [a_script_without_job_control_reads_on, a_stopped_child_is_a_stopped_job,
                    in_the_background_it_takes_no_foreground, others_of_a_pipeline_have_the_terminal_too]
    for story in stories:
        shell = Shell()
        story(shell, reeve)
        shell.end()
    if not prefix:
        there_is_no_shell()


main()
