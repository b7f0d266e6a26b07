"""Layers opened in place into their units."""
