"""Lets the training actions drive the run, and shows on them what can be done now."""

from __future__ import annotations

from PySide6.QtCore import QObject

from designer.actions import ActionTable, with_shortcut
from designer.run.controller import RunController, RunStatus
from designer.shell.run_bar import RunBar
from designer.theme import ThemeService
from designer.translation import shown

BLOCKABLE = ("train.run", "train.step_iteration", "train.step_epoch", "train.new_weights")
"""What cannot be done while something keeps the network from running."""


class TrainActions(QObject):
    """Connects ``train.*`` to the run and keeps texts, icons and tooltips true to its status."""

    def __init__(
        self,
        actions: ActionTable,
        run: RunController,
        bar: RunBar,
        theme: ThemeService,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions, self._run, self._bar, self._theme = actions, run, bar, theme
        self._tips = {key: actions[key].statusTip() for key in BLOCKABLE}
        actions.bind("train.run", self.run_or_pause)
        actions.bind("train.step_iteration", run.step_iteration)
        actions.bind("train.step_epoch", run.step_epoch)
        actions.bind("train.rewind", run.rewind)
        actions.bind("train.new_weights", run.new_weights)
        run.status_changed.connect(self._follow)
        theme.changed.connect(self._follow)
        self._follow()

    def run_or_pause(self) -> None:
        """Start the run, or stop it."""
        if self._run.status is RunStatus.RUNNING:
            self._run.pause()
        else:
            self._run.run()

    def _follow(self) -> None:
        status, actions = self._run.status, self._actions
        running, blocked = status is RunStatus.RUNNING, status is RunStatus.BLOCKED
        run = actions["train.run"]
        run.setText(self.tr("Pause") if running else self.tr("Run"))
        run.setEnabled(not blocked)
        self._follow_tips(running)
        actions.set_icon_name("train.run", "pause" if running else "run")
        self._bar.run_button.set_icon_name("pause" if running else "run")
        for key in ("train.step_iteration", "train.step_epoch"):
            actions[key].setEnabled(not running and not blocked)
        actions["train.rewind"].setEnabled(status not in (RunStatus.BLOCKED, RunStatus.READY))
        actions["train.new_weights"].setEnabled(not blocked)
        if self._run.snapshot is None:
            self._bar.figures.clear()
        text, colour = self._words(status)
        self._bar.figures.set_state(text, colour, running and not self._run.stale and not self._run.holding)

    def _follow_tips(self, running: bool) -> None:
        """Let every button that cannot be used say why."""
        reason = self._run.blocked_reason
        for key, tip in self._tips.items():
            if key == "train.run" and running:
                tip = self.tr("Stop after this iteration; nothing is lost")
            action = self._actions[key]
            action.setToolTip(with_shortcut(tip, action.shortcut()) if reason is None else shown(reason))

    def _words(self, status: RunStatus) -> tuple[str, str]:
        theme = self._theme.current
        if self._run.holding:
            return self.tr("viewing"), theme.accent
        if status is RunStatus.RUNNING and self._run.stale:
            return self.tr("edited"), theme.warning
        return {
            RunStatus.BLOCKED: (self.tr("blocked"), theme.warning),
            RunStatus.READY: (self.tr("ready"), ""),
            RunStatus.RUNNING: (self.tr("running"), ""),
            RunStatus.PAUSED: (self.tr("paused"), ""),
            RunStatus.FINISHED: (self.tr("finished"), theme.good),
            RunStatus.FAILED: (self.tr("failed"), theme.error),
        }[status]
