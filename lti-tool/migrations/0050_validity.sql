-- How many months the badge of a course is valid from the moment of its award; null is for ever.
alter table lti.course add column validity_months integer;
alter table lti.course add constraint course_validity_is_a_time check (validity_months between 1 and 1200);
