"""The Layerloom engine: graphs, data, training and project files, without any Qt."""

__version__ = "0.1.0"
