"""One module a job, and what the jobs share."""
