"""Settings of the program that outlive it: window places, theme, recent files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

MAXIMUM_RECENT = 12


class Settings:
    """Typed access to the program's settings; each property is one key."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings("Layerloom", "Layerloom")

    @property
    def theme(self) -> str:
        """"dark", "light" or "auto" (as the desktop says)."""
        return str(self._store.value("theme", "auto"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def notation(self) -> str:
        """Key of the notation of formulas; empty before it was chosen."""
        return str(self._store.value("notation", ""))

    @notation.setter
    def notation(self, key: str) -> None:
        self._store.setValue("notation", key)

    @property
    def metrics_part(self) -> str:
        """Part of the data that the metrics are of; empty before it was chosen."""
        return str(self._store.value("metrics_part", ""))

    @metrics_part.setter
    def metrics_part(self, part: str) -> None:
        self._store.setValue("metrics_part", part)

    @property
    def metrics_view(self) -> str:
        """Which view of the metrics is shown; empty before it was chosen."""
        return str(self._store.value("metrics_view", ""))

    @metrics_view.setter
    def metrics_view(self, view: str) -> None:
        self._store.setValue("metrics_view", view)

    @property
    def show_welcome(self) -> bool:
        """Whether the welcome page opens at the start."""
        return self._store.value("show_welcome", "true") in (True, "true")

    @show_welcome.setter
    def show_welcome(self, show: bool) -> None:
        self._store.setValue("show_welcome", "true" if show else "false")

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """Projects opened or saved last, newest first."""
        value = self._store.value("recent_files", [])
        names = [value] if isinstance(value, str) else list(value or [])  # type: ignore[call-overload]
        return tuple(Path(name) for name in names if name)

    def add_recent_file(self, path: Path) -> None:
        """Put a project at the top of the recent ones."""
        path = path.absolute()
        others = [known for known in self.recent_files if known != path]
        self._store.setValue("recent_files", [str(p) for p in (path, *others)][:MAXIMUM_RECENT])

    def remove_recent_file(self, path: Path) -> None:
        """Forget a project that is no longer there."""
        self._store.setValue("recent_files", [str(p) for p in self.recent_files if p != path])

    @property
    def trusted_folders(self) -> frozenset[str]:
        """Folders that the user has chosen as a source of data."""
        value = self._store.value("trusted_folders", [])
        names = [value] if isinstance(value, str) else list(value or [])  # type: ignore[call-overload]
        return frozenset(str(name) for name in names)

    def trust_folder(self, folder: str) -> None:
        """Remember that the user chose this folder himself."""
        self._store.setValue("trusted_folders", sorted(self.trusted_folders | {folder}))

    def bytes(self, key: str) -> QByteArray:
        """Return a place or state of a window part, empty where there is none."""
        value = self._store.value(f"window/{key}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Keep a place or state of a window part."""
        self._store.setValue(f"window/{key}", value)
