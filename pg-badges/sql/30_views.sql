-- Views for people who write SQL by hand; each is a thin reading of badges.list_states(at).

create or replace view badges.assertion_state as
  select * from badges.list_states(now());

create or replace view badges.expiring_assertion as
  select s.assertion_id, s.credential_id, s.issuer_id, s.achievement_id, s.recipient_id, s.valid_until, s.valid_until - now() as time_left
  from badges.list_states(now()) s
  where s.state = 'current' and s.valid_until <= now() + interval '90 days';

create or replace view badges.lapsed_assertion as
  select s.assertion_id, s.credential_id, s.issuer_id, s.achievement_id, s.recipient_id, s.valid_until
  from badges.list_states(now()) s
  where s.state = 'expired';
