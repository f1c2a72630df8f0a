"""Learning on the job: what is noticed, who agreed, what staff say it meant, and how training takes it in."""
