"""Reads formulas as a person does who works them out with a calculator: from the text with the numbers put in."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = str.maketrans({"−": "-", "·": "*", "½": "(1/2)", "∞": "inf", "√": "sqrt"})
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": lambda x: math.exp(x) if x < 709.0 else math.inf,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "tanh": math.tanh,
    "erf": math.erf,
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "sign": lambda x: float((x > 0) - (x < 0)),
}


def number_in(text: str) -> float:
    """What the last side of an equation comes to; captions in square brackets are for the reader only."""
    bare = re.sub(r" ?\[[^\]]*\]", "", text)
    side = re.split(r" = | ← ", bare)[-1].removeprefix("= ")
    side = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda found: f"**({found[0].translate(_RAISED)})", side)
    side = re.sub(r"\|([^|]*)\|", r"abs(\1)", side.translate(_SIGNS)).replace("^", "**")
    return float(_value(ast.parse(side.strip(), mode="eval").body))


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=(int() | float()) as value):
            return float(value)
        case ast.Name(id="inf"):
            return math.inf
        case ast.BinOp(left, op, right):
            return float(_OPERATORS[type(op)](_value(left), _value(right)))
        case ast.UnaryOp(op, operand):
            return float(_OPERATORS[type(op)](_value(operand)))
        case ast.Call(func=ast.Name(id=name), args=args):
            return float(_FUNCTIONS[name](*map(_value, args)))
    raise AssertionError(ast.dump(node))
