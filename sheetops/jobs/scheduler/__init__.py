"""When jobs are due, and who hears of it when they fail.

Context: the computer that runs the jobs sleeps, crashes, is switched off over a holiday, and has a
clock that is sometimes wrong. Decision: nothing waits for its hour; every few minutes there is a
*look*, a short process of its own, which asks the ledger what has been done and does what is not.
Consequence: a missed hour is caught up, a day is never run twice, and a job that dies takes nothing
with it but itself. `sheetops serve` is only the clock that looks; cron can do as well.
"""
