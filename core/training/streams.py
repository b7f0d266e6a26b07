"""The random streams of a run: each purpose draws from one of its own, so that none disturbs another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

STREAMS = {"shuffle": 1, "noise": 2, "input_noise": 3}
"""Streams by name, with the number that sets each apart; 0 is that of the initial weights.

``shuffle`` draws the order of the samples, ``noise`` serves the layers that draw at random, ``input_noise`` the noise
on the inputs.
"""

Generators = Mapping[str, np.random.Generator]
GeneratorStates = Mapping[str, Mapping[str, Any]]


def new_generators(seed: int) -> Generators:
    """Return the streams of a seed at their beginning."""
    return {
        name: np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(stream,))))
        for name, stream in STREAMS.items()
    }


def restore(generators: Generators, states: GeneratorStates) -> None:
    """Put those streams whose state is given where it says."""
    for name, generator in generators.items():
        if name in states:
            generator.bit_generator.state = dict(states[name])


def states_of(generators: Generators) -> GeneratorStates:
    """Return where each stream is."""
    return MappingProxyType(
        {name: MappingProxyType(dict(generator.bit_generator.state)) for name, generator in generators.items()}
    )
