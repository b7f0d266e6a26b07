"""Formulas as values: what a layer, a loss, an optimiser computes, written so that it can be shown and worked out."""
