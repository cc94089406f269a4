\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
\set first_id 00000000-0000-4000-8000-0000000000b1
\set second_id 00000000-0000-4000-8000-0000000000b2
\set renewal_id 00000000-0000-4000-8000-0000000000b3
insert into badges.assertion (assertion_id, credential, recipient_id, achievement_id, occasion) values
  (:'first_id', :'valid', :'aiko', :'achievement', ''), (:'second_id', :'second', :'ben', :'achievement', ''),
  (:'renewal_id', :'renewal', :'aiko', :'achievement', '2024');
select outcome, detail from badges.verify_assertion(:'first_id');
-- Suspended and reinstated, twice; each call may be repeated.
select badges.suspend(:'first_id', 'under review');
select badges.suspend(:'first_id', 'again');
select outcome, detail from badges.verify(:'valid');
select outcome, detail from badges.verify_assertion(:'first_id');
select badges.verify_outcome(:'valid', now() - interval '1 second') as before_it;
select badges.reinstate(:'first_id');
select badges.reinstate(:'first_id');
select outcome from badges.verify(:'valid');
select badges.suspend(:'first_id', ' ');
\echo :LAST_ERROR_SQLSTATE
-- Revoked for good.
select badges.revoke(:'second_id', null);
\echo :LAST_ERROR_SQLSTATE
select badges.revoke(:'second_id', 'awarded by mistake');
select badges.revoke(:'second_id', 'a later reason changes nothing');
select outcome, detail from badges.verify(:'second');
select name, result, detail from badges.verify_checks(:'second') where name = 'record';
select badges.verify_outcome(:'second', now() - interval '1 second') as before_it;
select badges.suspend(:'second_id', 'too late');
\echo :LAST_ERROR_SQLSTATE
select badges.reinstate(:'second_id');
\echo :LAST_ERROR_SQLSTATE
delete from badges.revocation;
\echo :LAST_ERROR_SQLSTATE
update badges.revocation set reason = 'nothing';
\echo :LAST_ERROR_SQLSTATE
truncate badges.revocation;
\echo :LAST_ERROR_SQLSTATE
update badges.suspension set reinstated_at = null, reinstated_by = null;
\echo :LAST_ERROR_SQLSTATE
-- A revocation counts for what we signed, and says nothing about a copy that was altered.
select badges.verify_outcome(replace(:'second', 'SQL basics', 'SQL wizard'));
-- Renewed: the newer takes the older one's place, both stay valid.
select badges.supersede(:'first_id', :'renewal_id');
select badges.supersede(:'first_id', :'renewal_id');
select badges.verify_outcome(:'valid'), badges.verify_outcome(:'renewal');
select badges.supersede(:'first_id', :'second_id');
\echo :LAST_ERROR_SQLSTATE
select badges.supersede(:'renewal_id', :'first_id');
\echo :LAST_ERROR_SQLSTATE
select badges.supersede(:'second_id', :'renewal_id');
\echo :LAST_ERROR_SQLSTATE
select badges.supersede(:'renewal_id', :'renewal_id');
\echo :LAST_ERROR_SQLSTATE
-- Erased: personal data is gone, the count is not; unknown, revoked and erased are three answers.
select badges.erase_recipient(:'ben');
select badges.erase_recipient(:'ben');
select recipient_id, platform, user_id, display_name, email, erased_at is not null as is_erased from badges.recipient order by recipient_id;
select badges.erase_recipient(:'aiko');
select count(*) from badges.assertion;
select badges.credential_state(credential_id) as state, (badges.verify_assertion(assertion_id)).outcome, (badges.verify_assertion(assertion_id)).detail, badges.verify_outcome(credential)
  from badges.assertion order by credential_id;
select badges.credential_state('https://badges.example.org/credentials/none'), (badges.verify_assertion('00000000-0000-4000-8000-00000000dead')).*;
select badges.store_assertion(replace(:'valid', 'x', 'x'), :'aiko', :'achievement') = :'first_id' as is_still_found;
select badges.register_recipient(:'did', 'https://lms.example.org', '17', null, null) <> :'aiko' as is_somebody_new;
-- What does not exist.
select badges.revoke('00000000-0000-4000-8000-00000000dead', 'why');
\echo :LAST_ERROR_SQLSTATE
select badges.revoke(null, 'why');
\echo :LAST_ERROR_SQLSTATE
select badges.erase_recipient('00000000-0000-4000-8000-00000000dead');
\echo :LAST_ERROR_SQLSTATE
set constraints all immediate;
select position, action, subject_id is not null as has_subject, details - '{superseded_by,suspension_id,at}'::text[] as details from badges.audit_event order by position;
rollback;
\i :setup
-- A recipient who was erased gets nothing new.
select badges.erase_recipient(:'ben');
select badges.store_assertion(:'second', :'ben', :'achievement');
\echo :LAST_ERROR_SQLSTATE
-- Views over the states.
select badges.store_assertion(:'valid', :'aiko', :'achievement') as first \gset
insert into badges.assertion (credential, recipient_id, achievement_id, occasion) values (:'expired', :'aiko', :'achievement', 'old');
select occasion, state from badges.assertion_state order by occasion;
select count(*) from badges.lapsed_assertion;
select count(*) from badges.expiring_assertion;
select occasion, state from badges.list_states('2024-01-15Z') order by occasion;
select occasion, state from badges.list_states('2023-01-15Z') order by occasion;
rollback;
