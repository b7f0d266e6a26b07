"""Windows that move over an image, for convolution and pooling: their options and where each of them lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from core.errors import ShapeError
from core.graph.model import Node
from core.layers.image_memory import image_shape
from core.layers.layer_type import InputPort, format_shape
from core.options import Choice, ChoiceOption, IntegerOption, Option, OptionValue, Shape, WindowOption

VALID, SAME, NUMBER = "valid", "same", "number"


def window_options(window: WindowOption, stride: Shape) -> tuple[Option, ...]:
    """Return the options of a layer with windows: the window itself, stride and padding."""
    return (
        window,
        WindowOption(
            key="stride",
            label="Stride",
            default=stride,
            help="Step from one window to the next, down and across.",
        ),
        ChoiceOption(
            key="padding",
            label="Padding",
            default=VALID,
            choices=(
                Choice(VALID, "Valid", "none: every window lies inside the image"),
                Choice(SAME, "Same", "as much as gives ⌈size ÷ stride⌉ windows: at stride 1 the size stays the same"),
                Choice(NUMBER, "Number", "so many rows and columns on every side"),
            ),
            help="How far windows may reach over the edge of the image.",
        ),
        IntegerOption(
            key="margin",
            label="Margin",
            default=1,
            minimum=0,
            maximum=1_000,
            help="Rows and columns of padding on every side.",
            only_with=("padding", (NUMBER,)),
        ),
    )


@dataclass(frozen=True, slots=True)
class Steps:
    """How a window moves along one side of an image.

    Attributes
    ----------
    size, window, stride : of the image, of the window, from one window to the next.
    before : how far the first window reaches over the edge.
    count : how many windows there are.
    """

    size: int
    window: int
    stride: int
    before: int
    count: int

    @property
    def padded(self) -> int:
        """Size of the image with padding as far as windows reach, or its own where they leave some out."""
        return max((self.count - 1) * self.stride + self.window, self.before + self.size)

    def inside(self, offset: int, start: int, stop: int) -> tuple[slice, slice]:
        """Return which windows from `start` to `stop` have their place `offset` inside the image, and where it is.

        Both are empty where there is none.
        """
        first = max(start, -((offset - self.before) // self.stride))
        last = min(stop, (self.size - 1 - offset + self.before) // self.stride + 1)
        if last <= first:
            return slice(0, 0), slice(0, 0)
        place = first * self.stride + offset - self.before
        return slice(first, last), slice(place, place + (last - first - 1) * self.stride + 1, self.stride)


@dataclass(frozen=True, slots=True)
class Windows:
    """All windows over an image."""

    rows: Steps
    columns: Steps

    @property
    def tile(self) -> bool:
        """Whether every pixel of the image belongs to exactly one window."""
        return all(
            side.stride == side.window and side.before == 0 and side.count * side.stride == side.size
            for side in (self.rows, self.columns)
        )

    @property
    def within(self) -> bool:
        """Whether no window reaches over the edge."""
        return all(side.before == 0 and side.padded == side.size for side in (self.rows, self.columns))

    def places(self) -> list[tuple[tuple[slice, slice], tuple[slice, slice]]]:
        """Return for each place in the window, in reading order: the windows where it lies inside, and the pixels."""
        found = []
        for row in range(self.rows.window):
            windows_down, pixels_down = self.rows.inside(row, 0, self.rows.count)
            for column in range(self.columns.window):
                windows_across, pixels_across = self.columns.inside(column, 0, self.columns.count)
                found.append(((windows_down, windows_across), (pixels_down, pixels_across)))
        return found


def windows_over(node: Node, port: InputPort, key: str) -> Windows:
    """Return the windows of a layer over the images that arrive; `key` is that of its window's option.

    Raises ShapeError where no image arrives or the window is larger than the image.
    """
    require_image(node, port)
    sizes, window, stride = (
        image_shape(port.shape)[:2],
        window_sizes(node.options, key),
        window_sizes(node.options, "stride"),
    )
    sides = [_steps(node.options, *side) for side in zip(sizes, window, stride, strict=True)]
    if any(side.count < 1 for side in sides):
        raise ShapeError(
            "'{name}' has windows of {window}, but the images from '{source}' are {sizes} only. "
            "Choose a smaller window, or 'Same' as padding.",
            name=node.name,
            window=format_shape(window),
            source=port.source_name,
            sizes=format_shape(sizes),
        )
    return Windows(*sides)


def require_image(node: Node, port: InputPort) -> None:
    """Raise ShapeError where a vector arrives instead of an image."""
    if len(port.shape) == 1:
        raise ShapeError(
            "'{name}' works on images (rows × columns, or rows × columns × channels); got {width} values from "
            "'{source}'. Put a Reshape layer between them, or give the Input the shape of the images.",
            name=node.name,
            width=format_shape(port.shape),
            source=port.source_name,
        )


def windows_text(options: Mapping[str, OptionValue], key: str) -> str:
    """Return the size of a layer's windows as it is shown: "3 × 3"."""
    return format_shape(window_sizes(options, key))


def require_pixels(node: Node, windows: Windows) -> None:
    """Raise ShapeError where a window could lie in the padding altogether: pooling has no value there."""
    if any(side.before >= side.window for side in (windows.rows, windows.columns)):
        raise ShapeError(
            "'{name}' has a margin of {margin}, so some of its windows of {window} lie outside the image. "
            "Choose a margin below {smallest}.",
            name=node.name,
            margin=windows.rows.before,
            window=format_shape((windows.rows.window, windows.columns.window)),
            smallest=min(windows.rows.window, windows.columns.window),
        )


def window_sizes(options: Mapping[str, OptionValue], key: str) -> tuple[int, int]:
    """Return the rows and columns that a WindowOption is set to."""
    rows, columns = cast(Shape, options[key])
    return rows, columns


def _steps(options: Mapping[str, OptionValue], size: int, window: int, stride: int) -> Steps:
    if options["padding"] == SAME:
        count = -(-size // stride)
        # What is odd goes to the end, as in the other programs.
        return Steps(size, window, stride, max((count - 1) * stride + window - size, 0) // 2, count)
    margin = int(options["margin"]) if options["padding"] == NUMBER else 0  # type: ignore[arg-type]
    return Steps(size, window, stride, margin, (size + 2 * margin - window) // stride + 1)
