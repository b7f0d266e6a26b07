"""Names of parameters: those that weigh what comes in through one link carry its identity behind a point."""

from __future__ import annotations

KERNEL, BIAS = "kernel", "bias"


def kernel_of(link_id: str) -> str:
    """Return the name of the kernel that weighs what comes in through a link: "kernel.l3"."""
    return f"{KERNEL}.{link_id}"


def stem_of(name: str) -> str:
    """Return the name without the link: "kernel" of "kernel.l3", "gamma" of "gamma"."""
    return name.partition(".")[0]


def link_of(name: str) -> str:
    """Return the link that a parameter weighs: "l3" of "kernel.l3"; empty for one that belongs to no single link."""
    return name.partition(".")[2]
