"""Projects that come with the program, written from the templates by ``python -m samples.build``."""

from importlib.resources import files
from pathlib import Path

NAMES = {
    "digit_reader": "digit-reader.h5",
    "xor": "xor-by-hand.h5",
    "skip_links": "direct-links.h5",
    "residual": "residual-network.h5",
    "lenet_5": "lenet-5.h5",
}
"""File of the sample that each template is written to, by the template's key; the first is for the first start."""


def sample_path(template: str = "digit_reader") -> Path:
    """Return the file of a sample."""
    return Path(str(files(__name__) / NAMES[template]))
