\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
select badges.store_assertion(:'valid', :'aiko', :'achievement') as first_id \gset
select badges.store_assertion(:'second', :'ben', :'achievement') as second_id \gset
select badges.store_assertion(:'renewal', :'aiko', :'achievement', '2024') as renewal_id \gset
insert into badges.assertion (credential, recipient_id, achievement_id, occasion) values (:'expired', :'aiko', :'achievement', 'old') returning assertion_id as expired_id \gset
select badges.revoke(:'second_id', 'awarded by mistake');
-- Everything in order: what is revoked or expired is no failure.
select outcome, assertions, is_failure, assertion_ids from badges.audit();
select outcome, assertions from badges.audit('2024-01-15Z');
select * from badges.audit_failures();
-- A superuser who switches the guard off is found: an altered text, altered columns, a swapped recipient.
alter table badges.assertion disable trigger assertion_guard;
update badges.assertion set credential = replace(credential, 'SQL basics', 'SQL wizard') where assertion_id = :'first_id';
update badges.assertion set valid_until = '2998-01-01Z' where assertion_id = :'renewal_id';
update badges.assertion set recipient_id = :'ben' where assertion_id = :'expired_id';
alter table badges.assertion enable always trigger assertion_guard;
select outcome, assertions, is_failure, cardinality(assertion_ids) from badges.audit();
select assertion_id = :'first_id' as is_first, outcome, detail > '' as says_why from badges.audit_failures() order by outcome, credential_id;
-- Also a key that is gone.
alter table badges.assertion disable trigger all;
alter table badges.issuer_key disable trigger all;
delete from badges.issuer_key;
select outcome, assertions, is_failure from badges.audit();
rollback;
