"""Changing cells and adding rows without touching anything else."""
