-- Which award of the badge to the learner a job makes, counted from one: who lost it may wait for it in the queue too.
alter table lti.award_job add column attempt integer not null default 1 constraint award_job_attempt_counts_from_one check (attempt >= 1);
