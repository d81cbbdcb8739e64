"""A simulated year of the scheduler, with all that happens to a computer in an office."""
