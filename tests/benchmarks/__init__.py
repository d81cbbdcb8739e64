"""Measurements of speed and of accuracy, each a command that prints its figures: `python -m
tests.benchmarks.daily --help`. The suite runs the two that are quick."""
