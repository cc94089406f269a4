-- What every table, column and function is for: \d+ and \df+ show these.

comment on type badges.verdict is 'The answer of badges.verify: outcome is one word; detail the sentence of the check that decided; missing the URLs that would have to be in badges.document. Identifiers and dates are what the credential claims, worth as much as outcome says';
comment on type badges.examination is 'What is signed, for the guard of badges.assertion: the verdict on proof, key and dates with the signed facts beside it';

comment on table badges.issuer is 'Organisations that award badges here, by their DID';
comment on column badges.issuer.issuer_id is 'Key of the row';
comment on column badges.issuer.did is 'did:web or did:key, as credentials name their issuer';
comment on column badges.issuer.profile is 'Open Badges Profile of the issuer';
comment on column badges.issuer.tenant_role is 'Role whose members alone see and act for this issuer; null: everyone with a role of this extension';
comment on column badges.issuer.created_at is 'When it was registered';

comment on table badges.issuer_key is 'Public keys of the issuers. A private key never enters the database';
comment on column badges.issuer_key.issuer_key_id is 'Key of the row';
comment on column badges.issuer_key.issuer_id is 'Whose key it is';
comment on column badges.issuer_key.verification_method is 'Name of the key in proofs: the DID, #, a fragment';
comment on column badges.issuer_key.public_key_multibase is 'Ed25519 public key as Multikey, z6Mk…';
comment on column badges.issuer_key.valid_from is 'First second in which its signatures count';
comment on column badges.issuer_key.valid_until is 'When it was retired; what it signed before stays valid. Null while in use';
comment on column badges.issuer_key.created_at is 'When it was registered';

comment on table badges.trusted_issuer is 'Foreign issuers that an administrator vouches for';
comment on column badges.trusted_issuer.did is 'DID or https address of the issuer';
comment on column badges.trusted_issuer.note is 'Why it is trusted';
comment on column badges.trusted_issuer.trusted_by is 'Role that said so';
comment on column badges.trusted_issuer.trusted_at is 'When';

comment on table badges.achievement is 'What can be awarded, every version of it';
comment on column badges.achievement.achievement_id is 'Key of the row, one per version';
comment on column badges.achievement.series_id is 'The same for all versions of an achievement: the id of its first';
comment on column badges.achievement.issuer_id is 'Who awards it';
comment on column badges.achievement.uri is 'The id that credentials carry; the same for all versions';
comment on column badges.achievement.version is 'Counts from 1';
comment on column badges.achievement.body is 'Open Badges Achievement';
comment on column badges.achievement.created_at is 'When this version was defined';

comment on table badges.recipient is 'People who hold badges: the only table with personal data, readable by badges_personal';
comment on column badges.recipient.recipient_id is 'Key of the row; credentials name the subject urn:uuid:<recipient_id>';
comment on column badges.recipient.issuer_id is 'Issuer that registered them';
comment on column badges.recipient.platform is 'Learning platform on which user_id counts; null after erasure';
comment on column badges.recipient.user_id is 'The platform''s name for the user; null after erasure';
comment on column badges.recipient.display_name is 'Name for people; null if unknown or erased';
comment on column badges.recipient.email is 'Address; null if unknown or erased';
comment on column badges.recipient.registered_at is 'When they were registered';
comment on column badges.recipient.erased_at is 'When their personal data was erased; null while it is kept';

comment on table badges.status_list is 'Bitstring status lists, published and signed by the tool';
comment on column badges.status_list.status_list_id is 'Key of the row';
comment on column badges.status_list.issuer_id is 'Whose list it is';
comment on column badges.status_list.purpose is 'revocation or suspension';
comment on column badges.status_list.url is 'Where the signed list is published';
comment on column badges.status_list.size is 'Number of entries, at least 131072 so that one entry says nothing';
comment on column badges.status_list.created_at is 'When the list was begun';

comment on table badges.status_entry is 'Indexes that are taken, before and after signing';
comment on column badges.status_entry.status_list_id is 'The list';
comment on column badges.status_entry.status_index is 'The index, from 0';
comment on column badges.status_entry.allocated_at is 'When it was taken';

comment on table badges.assertion is 'Signed credentials. The table itself refuses what does not verify, and every change of what is signed';
comment on column badges.assertion.assertion_id is 'Key of the row';
comment on column badges.assertion.issuer_id is 'Who signed it; repeats the credential';
comment on column badges.assertion.issuer_key_id is 'Key that signed it; repeats the credential';
comment on column badges.assertion.achievement_id is 'Version of the achievement that was awarded';
comment on column badges.assertion.series_id is 'The achievement across its versions; with recipient and occasion unique';
comment on column badges.assertion.recipient_id is 'Who was awarded';
comment on column badges.assertion.status_list_id is 'Status list of its entry; null without one';
comment on column badges.assertion.valid_from is 'validFrom; repeats the credential';
comment on column badges.assertion.valid_until is 'validUntil; repeats the credential; null without end';
comment on column badges.assertion.awarded_at is 'When the award was made';
comment on column badges.assertion.stored_at is 'When it was stored here';
comment on column badges.assertion.status_index is 'Index in the status list; null without one';
comment on column badges.assertion.credential_id is 'The credential''s id, a URL; repeats the credential';
comment on column badges.assertion.occasion is 'Tells awards of the same achievement to the same recipient apart; empty for the only one';
comment on column badges.assertion.provenance is 'Rule version and the inputs that satisfied it';
comment on column badges.assertion.credential is 'The credential exactly as it was signed, byte for byte';

comment on table badges.revocation is 'Final revocations';
comment on column badges.revocation.assertion_id is 'What is revoked';
comment on column badges.revocation.reason is 'Why, for people';
comment on column badges.revocation.revoked_by is 'Role that did it';
comment on column badges.revocation.revoked_at is 'From when on';

comment on table badges.suspension is 'Times in which an assertion does not count';
comment on column badges.suspension.suspension_id is 'Key of the row';
comment on column badges.suspension.assertion_id is 'What is suspended';
comment on column badges.suspension.reason is 'Why, for people';
comment on column badges.suspension.suspended_by is 'Role that did it';
comment on column badges.suspension.suspended_at is 'From when on';
comment on column badges.suspension.reinstated_by is 'Role that ended it; null while it lasts';
comment on column badges.suspension.reinstated_at is 'Until when; null while it lasts';

comment on table badges.renewal is 'Assertions whose place a newer one has taken';
comment on column badges.renewal.assertion_id is 'The older one';
comment on column badges.renewal.superseded_by is 'The newer one';
comment on column badges.renewal.superseded_at is 'From when on';

comment on table badges.document is 'Foreign DID documents, keys and status lists, fetched by the tool';
comment on column badges.document.url is 'Address it was fetched from';
comment on column badges.document.body is 'Its text as fetched';
comment on column badges.document.fetched_at is 'When';
comment on column badges.document.expires_at is 'From when on it no longer counts; null: it stays';

comment on table badges.audit_event is 'What was done, append-only; each event holds the hash of the one before it';
comment on column badges.audit_event.event_id is 'Key of the row';
comment on column badges.audit_event.position is 'Place in the chain, from 1 without gaps; given at commit';
comment on column badges.audit_event.happened_at is 'When';
comment on column badges.audit_event.actor is 'Role that did it';
comment on column badges.audit_event.action is 'Name of the function';
comment on column badges.audit_event.subject_id is 'Key of the row it was done to; null if there are several or none';
comment on column badges.audit_event.details is 'The rest, without personal data';
comment on column badges.audit_event.previous_hash is 'Hash of the event before it';
comment on column badges.audit_event.hash is 'SHA-256 of previous_hash and all other columns';

comment on table badges.audit_head is 'Last event of the chain; one row';
comment on column badges.audit_head.only_row is 'True';
comment on column badges.audit_head.position is 'Number of events in the chain';
comment on column badges.audit_head.hash is 'Hash of the last event; note it elsewhere and give it to badges.verify_audit_chain';

comment on view badges.assertion_state is 'Every assertion with its state now; see badges.list_states for another time';
comment on view badges.expiring_assertion is 'Current assertions that end within 90 days';
comment on view badges.lapsed_assertion is 'Assertions that have expired and were not renewed';

comment on function badges.verify(text, timestamptz) is 'Whether to believe a credential, as of a time: one word, and why. Never touches the network';
comment on function badges.verify_outcome(text, timestamptz) is 'The outcome of badges.verify alone';
comment on function badges.verify_checks(text, timestamptz) is 'Each check of badges.verify with its result and a sentence';
comment on function badges.verify_assertion(uuid, timestamptz) is 'badges.verify for a stored assertion; also the outcomes unknown and erased';
comment on function badges.examine(text, timestamptz) is 'What is signed, and whether the proof, the key and the dates hold; without the record of a stored assertion';
comment on function badges.recheck(text, text, text, text, uuid, timestamptz, timestamptz, boolean, timestamptz) is 'The outcome of a stored row, or altered if its columns contradict its credential';
comment on function badges.verify(jsonb, timestamptz) is 'badges.verify for jsonb';
comment on function badges.verify_outcome(jsonb, timestamptz) is 'badges.verify_outcome for jsonb';
comment on function badges.verify_checks(jsonb, timestamptz) is 'badges.verify_checks for jsonb';
comment on function badges.verify(bytea, timestamptz) is 'badges.verify for a file: JSON, token, or a PNG or SVG picture with a badge baked in';
comment on function badges.verify_checks(bytea, timestamptz) is 'badges.verify_checks for a file';
comment on function badges.bake(bytea, text) is 'A PNG or SVG picture with the credential inside, in place of one that was there';
comment on function badges.unbake(bytea) is 'The credential in a PNG or SVG picture, not verified; null if there is none';
comment on function badges.proof_is_valid(text, text) is 'Whether an embedded proof was made with that Ed25519 key; reads no table, for constraints, generated columns and indexes';
comment on function badges.proof_is_valid(jsonb, text) is 'badges.proof_is_valid for jsonb';
comment on function badges.recipient_matches(text, text, text) is 'Whether a credential names somebody, plain or hashed; null if only by a hash that is unknown here. It does not verify';
comment on function badges.recipient_matches(jsonb, text, text) is 'badges.recipient_matches for jsonb';
comment on function badges.canonicalize(jsonb) is 'Canonical N-Quads (RDFC-1.0) of a JSON-LD document with known contexts; an undefined term is an error';
comment on function badges.jcs(jsonb) is 'Canonical JSON (RFC 8785)';
comment on function badges.is_multikey(text) is 'Whether a text is an Ed25519 public key as Multikey';
comment on function badges.set_bits(integer, integer[]) is 'A bitstring with the given bits set; index 0 is the first byte''s highest bit';

comment on function badges.register_issuer(text, jsonb) is 'Registers an issuer, or changes its profile';
comment on function badges.register_issuer_key(text, text, text, timestamptz) is 'Registers a public key of an issuer; a second call with the same key changes nothing';
comment on function badges.retire_issuer_key(text, timestamptz) is 'Ends the time in which a key''s signatures count';
comment on function badges.define_achievement(text, jsonb) is 'Defines an achievement, or a new version of it if the body differs';
comment on function badges.register_recipient(text, text, text, text, text) is 'Registers a recipient by platform and user, or completes their name and address';
comment on function badges.assign_issuer(text, text) is 'Gives an issuer to a tenant: only members of the role see it and act for it; null lifts that';
comment on function badges.store_assertion(text, uuid, uuid, text, jsonb) is 'Verifies a signed credential and stores it; a second call with the same credential returns the same id';
comment on function badges.store_assertions(text[], uuid[], uuid[], text[], jsonb[]) is 'badges.store_assertion for thousands at once: all of them or none';
comment on function badges.revoke(uuid, text) is 'Revokes an assertion for good; a second call changes nothing';
comment on function badges.suspend(uuid, text) is 'Suspends an assertion until badges.reinstate';
comment on function badges.reinstate(uuid) is 'Ends a suspension';
comment on function badges.supersede(uuid, uuid) is 'Notes that a renewal takes an assertion''s place';
comment on function badges.erase_recipient(uuid) is 'Removes a recipient''s personal data; assertions with their hashed identity stay';
comment on function badges.list_states(timestamptz) is 'Every assertion with its state at a time: current, revoked, erased, suspended, superseded, expired, not_yet_valid';
comment on function badges.credential_state(text, timestamptz) is 'State of a credential by its id, or unknown; without verifying the proof';
comment on function badges.audit(timestamptz) is 'Everything stored, verified again: how many per outcome, and which ones fail';
comment on function badges.audit_failures(timestamptz) is 'The stored rows that no longer verify, and why';
comment on function badges.audit_assertions(timestamptz) is 'The outcome of every stored assertion, verified again';
comment on function badges.verify_audit_chain(bigint, bytea) is 'Whether an event was altered or removed; give position and hash noted earlier to find a chain cut short or replaced';
comment on function badges.allocate_status_entry(text, text, text) is 'Takes a random free entry of a status list, to be named in the credential before it is signed';
comment on function badges.status_list_bits(text, timestamptz) is 'Everything that a published status list is made of';
comment on function badges.put_document(text, text, timestamptz, timestamptz) is 'Keeps a fetched document; an older one never replaces a newer one';
comment on function badges.drop_document(text) is 'Forgets a fetched document';
comment on function badges.trust_issuer(text, text) is 'Vouches for a foreign issuer';
comment on function badges.distrust_issuer(text) is 'Takes badges.trust_issuer back';

comment on function badges.acting_role() is 'The role that acts: of SET ROLE, otherwise of the session';
comment on function badges.acts_for(text) is 'Whether the acting role may act for issuers of that tenant';
comment on function badges.visible_issuers() is 'Issuers that the acting role may act for; used by the row-level security policies';
comment on function badges.require_issuer(text) is 'Id of a registered issuer that the acting role may act for, otherwise an error';
comment on function badges.require_issuer(uuid) is 'The same by id';
comment on function badges.require_assertion(uuid) is 'An assertion that the acting role may change, locked, otherwise an error';
comment on function badges.require_reason(text) is 'The reason if there is one, otherwise an error';
comment on function badges.guard_new_assertion(badges.assertion) is 'Compares a new row with what is signed and registered; an error refuses it';
comment on function badges.guard_signed_columns(badges.assertion, badges.examination, uuid, uuid, uuid) is 'Fills the columns that repeat what is signed';
comment on function badges.guard_assertion() is 'Trigger: refuses rows that do not verify, changes, deletion';
comment on function badges.guard_history() is 'Trigger: refuses changes and deletion of history';
comment on function badges.check_stored(uuid[]) is 'What only holds while storing: not expired, begun, recipient not erased, tenant';
comment on function badges.list_stored(text[], uuid[], uuid[], uuid[]) is 'One row per credential offered to badges.store_assertions';
comment on function badges.take_status_index(badges.status_list) is 'Takes a random free index of a list without waiting; null if there is none to be had';
comment on function badges.random_index(integer) is 'A random number below the argument';
comment on function badges.record_event(text, uuid, jsonb) is 'Appends to badges.audit_event';
comment on function badges.hash_event(bytea, badges.audit_event) is 'Hash of an event';
comment on function badges.seal_event() is 'Trigger: gives an event its place in the chain at commit';

comment on trigger assertion_guard on badges.assertion is 'Fires always, also while rows arrive by logical replication';
