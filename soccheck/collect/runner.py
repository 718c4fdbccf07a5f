"""Ask many machines at once: bounded, each for itself, stoppable at any moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from soccheck.collect.asking import Clock, ask, failed_entry, unasked_origin
from soccheck.collect.faults import FaultError, plain
from soccheck.collect.limits import Limits
from soccheck.collect.plan import Target
from soccheck.collect.ssh.login import Login
from soccheck.probes.base import Moment

Json = dict[str, Any]


class Settings(NamedTuple):
    """Represents how a run goes: machines at once, tries after a transient fault, pause before one."""

    workers: int = 128
    retries: int = 2
    pause: float = 0.25
    limits: Limits = Limits()


class Done(NamedTuple):
    """Represents one machine's end: its entry, and the fault there was."""

    target: Target
    entry: Json
    fault: FaultError | None


def run(
    targets: Sequence[Target],
    connector: Any,
    resolve: Callable[[Target], Login],
    *,
    settings: Settings,
    clock: Clock,
    marker: Callable[[], str],
    stop: threading.Event,
    on_done: Callable[[Done], None],
    on_tick: Callable[[], None] | None = None,
) -> None:
    """Ask every target and give each one's end to `on_done`, in the caller's thread.

    When `stop` is set, connections are closed and what has no answer is `not_collected`; no target
    goes without an end. Whatever `on_done` raises stops the run.
    """
    waiting: queue.SimpleQueue[Target] = queue.SimpleQueue()
    ended: queue.SimpleQueue[Done] = queue.SimpleQueue()
    for target in targets:
        waiting.put(target)
    work = _Work(connector, resolve, settings, clock, marker, stop)

    def worker() -> None:
        while not stop.is_set():
            try:
                target = waiting.get_nowait()
            except queue.Empty:
                return
            ended.put(work.one(target))

    count = min(settings.workers, len(targets))
    # Daemons: a machine that will not let go must not keep soccheck from ending.
    threads = [threading.Thread(target=worker, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    left = {target.asset: target for target in targets}
    try:
        while left and not stop.is_set():
            try:
                done = ended.get(timeout=0.1)
            except queue.Empty:
                done = None
            if done is not None:
                del left[done.target.asset]
                on_done(done)
            if on_tick is not None:
                on_tick()
    finally:
        stop.set()
        connector.close()
    while left and not ended.empty():
        done = ended.get()
        del left[done.target.asset]
        on_done(done)
    for target in left.values():
        fault = FaultError("not_collected", "the run was interrupted before it answered")
        on_done(Done(target, _failed(target, unasked_origin(target), fault, clock), fault))


class _Work(NamedTuple):
    connector: Any
    resolve: Callable[[Target], Login]
    settings: Settings
    clock: Clock
    marker: Callable[[], str]
    stop: threading.Event

    def one(self, target: Target) -> Done:
        """Ask one machine, again after a transient fault; its end is an entry, never an exception."""
        origin = unasked_origin(target)
        for attempt in range(self.settings.retries + 1):
            last = attempt == self.settings.retries
            try:
                login = self.resolve(target)
                origin = login.origin
                entry, cause = ask(
                    target,
                    login,
                    self.connector,
                    limits=self.settings.limits,
                    marker=self.marker(),
                    clock=self.clock,
                )
                if cause != "lost" or (last and not self.stop.is_set()):
                    fault = FaultError(cause, "the session broke off") if cause else None
                    return Done(target, entry, fault)
            except FaultError as error:
                if not self.stop.is_set() and (not error.transient or last):
                    return Done(target, _failed(target, origin, error, self.clock), error)
            except Exception as error:  # noqa: BLE001  -- one machine must not end the others' run
                text = plain(f"{error.__class__.__name__}: {error}", 200)
                fault = FaultError("lost", f"soccheck could not go on with it: {text}")
                return Done(target, _failed(target, origin, fault, self.clock), fault)
            if self.stop.wait(self.settings.pause * 2**attempt):
                break  # what went wrong may be our own closing of connections
        fault = FaultError("not_collected", "the run was interrupted before it answered")
        return Done(target, _failed(target, origin, fault, self.clock), fault)


def _failed(target: Target, origin: str, fault: FaultError, clock: Clock) -> Json:
    now = clock()
    problem = {"code": fault.code, "detail": fault.detail}
    return failed_entry(target, origin, problem, Moment(now, now))
