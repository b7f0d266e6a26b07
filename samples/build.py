"""Write the samples from the templates: ``python -m samples.build``, after a template has changed."""

from __future__ import annotations

from core.project.templates import TEMPLATES
from core.storage.writer import write_project
from samples import NAMES, sample_path


def main() -> None:
    for key in NAMES:
        write_project(TEMPLATES[key].build(), sample_path(key))


if __name__ == "__main__":
    main()
