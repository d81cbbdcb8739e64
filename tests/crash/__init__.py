"""The crash programme: runs die at every step, and nobody is written to twice or forgotten.

    python -m tests.crash              all fail-points x both transports x both databases, mutants
    python -m tests.crash --long       10,000 random deaths over simulated 60-day ladders as well
    python -m tests.crash --json       the figures as JSON

The ladders of the long form are drawn by Hypothesis from seeds, which it prints: `--seed 7
--workers 1 --deaths 1` lives those of seed 7 again. What breaks is shrunk to a short story first.
It ends with status 1 where a requirement is broken.
"""
