-- Comments on what 14, 29 and 43 add.
comment on column badges.programme.summary is 'What it is, by language';
comment on column badges.programme.has_standing is 'Whether people are told how many are ahead of them; nobody is named';
comment on column badges.programme_achievement.place is 'Place in the path, from 1; null: by stage';
comment on column badges.programme_achievement.purpose is 'start, understand, apply or continue; null if nobody says';
comment on column badges.programme_achievement.leads_to is 'The achievement that comes after it, of this or another programme';

comment on table badges.programme_stage is 'Names of the stages of programmes';
comment on column badges.programme_stage.programme_id is 'The programme';
comment on column badges.programme_stage.stage is 'Stage of the path, from 1';
comment on column badges.programme_stage.name is 'Name by language';

comment on table badges.holder_visibility is 'Who may see who holds badges from a level on. Nobody, where no row says so';
comment on column badges.holder_visibility.holder_visibility_id is 'Key of the row';
comment on column badges.holder_visibility.issuer_id is 'Whose badges';
comment on column badges.holder_visibility.from_level is 'Badges of this level and of higher ones';
comment on column badges.holder_visibility.viewer is 'A role of the application, or a role of the database';
comment on column badges.holder_visibility.population is 'Holders of this population only; null: all';
comment on column badges.holder_visibility.said_by is 'Who said so';
comment on column badges.holder_visibility.said_at is 'When';
comment on column badges.holder_visibility.ended_by is 'Who took it back';
comment on column badges.holder_visibility.ended_at is 'When; null while it holds';

comment on column badges.membership.origin is 'list, launch or hand: a launch gives way to a list, a list to what was set by hand';
comment on column badges.examination_pass.foreign_achievement is 'What that badge is called';
comment on column badges.examination_pass.foreign_matches is 'Whether that badge names the person''s address; null if none is known';

comment on table badges.use_receipt is 'What holders say that they used badges for. Readable by badges_personal';
comment on column badges.use_receipt.use_receipt_id is 'Key of the row; who has it may read it';
comment on column badges.use_receipt.issuer_id is 'Whose badge';
comment on column badges.use_receipt.assertion_id is 'The badge';
comment on column badges.use_receipt.purpose is 'application, internal_posting, assignment, qualification or other';
comment on column badges.use_receipt.used_on is 'The day';
comment on column badges.use_receipt.receiver is 'Who was shown the badge, as the holder says; null if unsaid or erased';
comment on column badges.use_receipt.note is 'In the holder''s words; null if unsaid or erased';
comment on column badges.use_receipt.given_at is 'When it was given';
comment on column badges.use_receipt.revoked_at is 'When the holder took it back; null while it holds';

comment on function badges.describe_programme(uuid, jsonb, boolean) is 'Says what a programme is and whether people are told where they stand';
comment on function badges.name_stage(uuid, integer, jsonb) is 'Names a stage of a programme';
comment on function badges.place_in_programme(uuid, uuid, integer, integer, text, uuid) is 'Adds an achievement to a programme at its place in the path, or moves it';
comment on function badges.list_identities(uuid) is 'All identities of a person, this one and those linked with consent';
comment on function badges.walk_programme(uuid, uuid[]) is 'A programme as the person with these identities walks it: what is earned, what comes next';
comment on function badges.programme_standing(uuid, uuid[]) is 'How many are ahead of a person; no row below ten people or unless the programme asks for it';
comment on function badges.list_programme_progress(uuid) is 'How far people are in a programme by stage, all together (population is null) and by population';
comment on function badges.show_holders(text, integer, text, text, text) is 'Lets a viewer see who holds badges from a level on; for members of badges_personal, who see it anyway';
comment on function badges.hide_holders(uuid, text) is 'Takes badges.show_holders back, from now on';
comment on function badges.list_visible_holders(text, text, text, integer, text, bigint, bigint) is 'Who holds what, as far as the rules let the viewer see it; all or a page, searched and filtered, and how many there are';
comment on function badges.cut_memberships(uuid[], date[], text[], text) is 'Closes memberships of some origins from a day on';
comment on function badges.record_launch_membership(uuid, text, text, date, text) is 'Where a launch says that somebody belongs; nothing is recorded where a list or somebody by hand has said so';
comment on function badges.set_membership(uuid, text, text, date, text, text) is 'Where somebody belongs from a day on, by hand with a reason; stands against lists';
comment on function badges.give_use_receipt(uuid, text, date, text, text) is 'A holder says what a badge was used for; returns the key by which the receiving side reads it';
comment on function badges.revoke_use_receipt(uuid) is 'The holder takes a receipt back';
