"""The crash programme: runs die at every step, and nobody is written to twice or forgotten.

    python -m tests.crash              all fail-points x both transports x both databases, mutants
    python -m tests.crash --long       10,000 random deaths over simulated 60-day ladders as well
    python -m tests.crash --json       the figures as JSON

It ends with status 1 where a requirement is broken.
"""
