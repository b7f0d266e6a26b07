"""``layerloom new``: make a project of dense layers in a row."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.commandline.arguments import file_path, layer_widths, real_number, whole_number
from core.commandline.choices import builtin_data_that_fit
from core.commandline.files import kept_copy, require_savable
from core.commandline.program import SUCCESS, Command
from core.commandline.settings import add_settings, set_up
from core.compiler.shapes import infer_shapes
from core.numerics.activations import ACTIVATIONS
from core.numerics.initializers import INITIALIZERS
from core.numerics.losses import LOSSES
from core.numerics.optimizers import OPTIMIZERS
from core.project.templates import layered_project
from core.storage.writer import write_project
from core.training.config import TrainingConfig

# Names that people type, beside the keys of the tables.
LOSS_NAMES = {"mse": "squared_error", "mae": "absolute_error", "bce": "binary_cross_entropy"}
INITIALIZER_NAMES = {"glorot": "glorot_normal", "xavier": "glorot_normal", "he": "he_normal"}

# What trains well on digits where --learning-rate or --initializer is not given, by activation and loss. The first
# line is the textbook's (Nielsen), whose N(0, 1) and rate would make the others diverge or stay behind: 784-100-10
# with cross-entropy reaches 97.9 % from Glorot's weights, 96.0 % from N(0, 1).
USUAL = {
    ("sigmoid", "squared_error"): ("normal", 3.0),
    ("sigmoid", "cross_entropy"): ("glorot_normal", 0.5),
    ("relu", "squared_error"): ("he_normal", 0.1),
    ("relu", "cross_entropy"): ("he_normal", 0.1),
    ("linear", "squared_error"): ("glorot_normal", 0.01),
    ("linear", "cross_entropy"): ("glorot_normal", 0.01),
}
USUAL_OTHERWISE = ("glorot_normal", 0.1)
MOMENTUM_SHARE = 0.1
"""Momentum takes about ten steps' worth of every gradient, so its usual rate is a tenth. All others have their own."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--layers", metavar="WIDTHS", type=layer_widths, required=True, help="widths from input to output: 784,30,10"
    )
    parser.add_argument(
        "--activation", choices=ACTIVATIONS.keys, default="sigmoid", help="of every layer (default: sigmoid)"
    )
    parser.add_argument(
        "--loss",
        choices=(*LOSS_NAMES, *LOSSES.keys),
        default="mse",
        help="mse: squared error, ½ per sample (default); cross_entropy: with softmax in the last layer; "
        "binary_cross_entropy: with sigmoid; hinges: with linear outputs, hinge with targets −1 and +1",
    )
    parser.add_argument("--optimizer", choices=OPTIMIZERS.keys, default="sgd", help="(default: sgd)")
    parser.add_argument(
        "--learning-rate", metavar="RATE", type=real_number, help="(default: 3.0 for sgd, sigmoid and mse, else less)"
    )
    parser.add_argument("--batch-size", metavar="N", type=whole_number, default=10, help="samples a step (default: 10)")
    parser.add_argument(
        "--initializer",
        choices=(*INITIALIZERS.keys, *INITIALIZER_NAMES),
        help="of the first weights (default: normal for sigmoid and mse, else he_normal or glorot_normal)",
    )
    parser.add_argument("--seed", metavar="S", type=whole_number, default=1, help="one seed, one result (default: 1)")
    add_settings(parser)
    parser.add_argument("out", metavar="OUT.h5", type=file_path, help="the project file to write")


def _run(arguments: argparse.Namespace) -> int:
    loss = LOSS_NAMES.get(arguments.loss, arguments.loss)
    initializer, rate = USUAL.get((arguments.activation, loss), USUAL_OTHERWISE)
    initializer = arguments.initializer or initializer
    if arguments.learning_rate is not None:
        rate = arguments.learning_rate
    elif arguments.optimizer in ("momentum", "nesterov"):
        rate *= MOMENTUM_SHARE
    elif arguments.optimizer != "sgd":
        rate = OPTIMIZERS[arguments.optimizer].default_rate
    widths = arguments.layers
    config = TrainingConfig(
        optimizer=arguments.optimizer, learning_rate=rate, batch_size=arguments.batch_size, seed=arguments.seed
    )
    data = builtin_data_that_fit(widths[0], widths[-1])
    project = layered_project(
        widths,
        activation=arguments.activation,
        loss=loss,
        initializer=INITIALIZER_NAMES.get(initializer, initializer),
        training=config,
        data=replace(data, targets="signed") if LOSSES[loss].target_signs else data,
    )
    project = set_up(project, arguments.settings)
    require_savable(project)
    kept = kept_copy(arguments.out)
    write_project(project, arguments.out)
    parameters = sum(shape.parameter_count for shape in infer_shapes(project.graph).values())
    print(f"{arguments.out}: {'-'.join(map(str, widths))}, {parameters:,} parameters")
    if kept is not None:
        print(f"The trained project that was there is kept as {kept}")
    return SUCCESS


NEW = Command("new", "make a project of dense layers in a row", _add_arguments, _run)
