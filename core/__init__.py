"""The Layerloom engine: graphs, data, training and project files, without any Qt."""

from core.processor import choose_kernels

__version__ = "0.1.0"

choose_kernels()
