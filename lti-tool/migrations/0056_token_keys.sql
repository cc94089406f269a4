-- A third purpose: P-256 keys that sign credentials as tokens.
alter table lti.signing_key drop constraint signing_key_purpose_known;
alter table lti.signing_key add constraint signing_key_purpose_known check (purpose in ('lti', 'issuer', 'token'));
