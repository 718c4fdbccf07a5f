"""Ask many machines at once: bounded, each for itself, stoppable at any moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from soccheck.collect.asking import Clock, ask, failed_entry, unasked_origin
from soccheck.collect.faults import FaultError, begin, plain
from soccheck.collect.limits import Limits
from soccheck.collect.plan import Target
from soccheck.collect.ssh.login import Login
from soccheck.errors import SoccheckError, scarce
from soccheck.probes.base import Moment

Json = dict[str, Any]
_INTERRUPTED = FaultError("not_collected", "the run was interrupted before it answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Represents one machine's end: its entry, and the fault there was."""

    target: Target
    entry: Json
    fault: FaultError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Represents how machines are asked: by what connections, how many at once, how often after a fault.

    `connector` gives sessions, see `ssh.connect.Connector`; `resolve` says how a target is logged in to;
    `marker` makes a new secret word for each machine; `pause` is the time before a second try, in
    seconds, twice as long before each further one. Setting `stop` ends the run.
    """

    connector: Any
    resolve: Callable[[Target], Login]
    limits: Limits
    clock: Clock
    marker: Callable[[], str]
    stop: threading.Event
    workers: int = 128
    retries: int = 2
    pause: float = 0.25

    def run(
        self,
        targets: Sequence[Target],
        on_done: Callable[[Done], None],
        on_tick: Callable[[], None],
    ) -> None:
        """Ask every target and give each one's end to `on_done`, in the caller's thread.

        When `stop` is set, connections are closed and what has no answer is `not_collected`; no target
        goes without an end. `on_tick` is called some ten times a second. Whatever `on_done` raises stops
        the run. Raises `SoccheckError` when this machine, not one that is asked, is short of something.
        """
        waiting: queue.SimpleQueue[Target] = queue.SimpleQueue()
        ended: queue.SimpleQueue[Done | Exception] = queue.SimpleQueue()
        for target in targets:
            waiting.put(target)
        for _ in range(min(self.workers, len(targets))):
            try:
                begin(self._work, waiting, ended)
            except SoccheckError:
                self.stop.set()
                self.connector.close()
                raise
        left = {target.asset: target for target in targets}
        try:
            while left and not self.stop.is_set():
                try:
                    done = ended.get(timeout=0.1)
                except queue.Empty:
                    on_tick()
                    continue
                if isinstance(done, Exception):
                    raise done
                del left[done.target.asset]
                on_done(done)
                on_tick()
        finally:
            self.stop.set()
            self.connector.close()
        while left and not ended.empty():
            done = ended.get()
            if isinstance(done, Done):
                del left[done.target.asset]
                on_done(done)
        for target in left.values():
            on_done(self._failed(target, unasked_origin(target), _INTERRUPTED))

    def _work(
        self,
        waiting: queue.SimpleQueue[Target],
        ended: queue.SimpleQueue[Done | Exception],
    ) -> None:
        while not self.stop.is_set():
            try:
                target = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                ended.put(self._one(target))
            except (
                SoccheckError,
                MemoryError,
            ) as error:  # memory may lack where a fault is told, too
                ended.put(error)
                return

    def _one(self, target: Target) -> Done:
        """Ask one machine, again after a transient fault; its end is an entry.

        Raises `SoccheckError` for what no machine is to blame for.
        """
        origin = unasked_origin(target)
        for attempt in range(self.retries + 1):
            last = attempt == self.retries
            try:
                login = self.resolve(target)
                origin = login.origin
                entry, cause = ask(
                    target,
                    login,
                    self.connector,
                    limits=self.limits,
                    marker=self.marker(),
                    clock=self.clock,
                )
                if cause != "lost" or (last and not self.stop.is_set()):
                    fault = FaultError(cause, "the session broke off") if cause else None
                    return Done(target=target, entry=entry, fault=fault)
            except FaultError as error:
                if not self.stop.is_set() and (not error.transient or last):
                    return self._failed(target, origin, error)
            except SoccheckError:
                raise
            except Exception as error:  # one machine must not end the others' run
                if (lack := scarce(error)) is not None:
                    raise lack from error
                text = plain(f"{error.__class__.__name__}: {error}", 200)
                fault = FaultError("lost", f"soccheck could not go on with it: {text}")
                return self._failed(target, origin, fault)
            if self.stop.wait(self.pause * 2**attempt):
                break  # what went wrong may be our own closing of connections
        return self._failed(target, origin, _INTERRUPTED)

    def _failed(self, target: Target, origin: str, fault: FaultError) -> Done:
        now = self.clock()
        problem = {"code": fault.code, "detail": fault.detail}
        entry = failed_entry(target, origin, problem, Moment(started=now, ended=now))
        return Done(target=target, entry=entry, fault=fault)
