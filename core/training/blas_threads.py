"""How many threads the matrix products of this process use.

The setting is one for the whole process. So each session says what it wants before each of its steps; setting what is
set already costs a comparison, another number 0.2 µs. A product on two cores takes 0.6 times as long with two threads
from about 0.8 million multiply-adds on, and below 0.4 million BLAS keeps to one thread by itself.

Where another program keeps the cores busy, threads wait for each other and are many times slower than one: with ten
programs on two cores 50 times. So it is tried once, before a large network first trains, whether they pay; and who has
a window to draw leaves a core free.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

MULTIPLY_ADDS_PER_THREAD = 1_000_000

TRIAL_SIZE, TRIALS = 512, 4
"""Square matrices of so many rows are multiplied so many times with one thread and with all: 15 ms on two cores."""


class _Blas:
    """The libraries behind numpy's matrix products.

    Attributes
    ----------
    most : threads that they start with: the cores, or what ``OPENBLAS_NUM_THREADS`` and its like say; 1 where no
        library is known.
    """

    def __init__(self) -> None:
        self._libraries: list[Any] = ThreadpoolController().select(user_api="blas").lib_controllers
        self.most = min((library.num_threads for library in self._libraries), default=1)
        self.count = self.most
        self._pay: bool | None = None

    def set_count(self, count: int) -> None:
        for library in self._libraries:
            library.set_num_threads(count)
        self.count = count

    def pay(self) -> bool:
        """Return whether several threads are faster than one here and now; tried once."""
        if self._pay is None:
            before, matrix = self.count, np.ones((TRIAL_SIZE, TRIAL_SIZE), dtype=np.float32)
            seconds = {1: 0.0, self.most: 0.0}
            for trial in range(1 + TRIALS):
                for count in seconds:
                    self.set_count(count)
                    begin = time.perf_counter()
                    np.matmul(matrix, matrix)
                    # The first product with all threads starts them.
                    seconds[count] += time.perf_counter() - begin if trial else 0.0
            self.set_count(before)
            self._pay = seconds[self.most] < 0.8 * seconds[1]
        return self._pay


@cache
def _blas() -> _Blas:
    return _Blas()


def leave_free(cores: int) -> None:
    """Let the products of this process use so many cores fewer from now on, but one at least."""
    blas = _blas()
    blas.most = max(1, blas.most - cores)
    use_threads(min(blas.count, blas.most))


def threads_worth(multiply_adds: int) -> int:
    """Return how many threads have enough to do in a network whose largest product has so many multiply-adds."""
    return max(1, min(_blas().most, multiply_adds // MULTIPLY_ADDS_PER_THREAD))


def threads_for(multiply_adds: int) -> int:
    """Return with how many threads the BLAS suits a network whose largest product has so many multiply-adds."""
    wanted = threads_worth(multiply_adds)
    return wanted if wanted > 1 and _blas().pay() else 1


def use_threads(count: int) -> None:
    """Use so many threads from now on."""
    blas = _blas()
    if count != blas.count:
        blas.set_count(count)
