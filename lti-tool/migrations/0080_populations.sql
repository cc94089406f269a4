-- Which custom parameters of a platform's launches say where somebody belongs. Neither is asked unless an administrator names it.
alter table lti.registration add column population_parameter text, add column entity_parameter text;
alter table lti.registration add constraint registration_parameters_are_names check (
  population_parameter ~ '^[A-Za-z0-9_.-]{1,100}$' and coalesce(entity_parameter ~ '^[A-Za-z0-9_.-]{1,100}$', true)
  or population_parameter is null and entity_parameter is null);
