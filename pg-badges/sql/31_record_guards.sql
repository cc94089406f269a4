-- Triggers and row-level security of the records of 13 and 14, as in 40; the columns named may be filled or emptied once a row is written.
do $$
declare
  guarded record;
  guard text;
begin
  for guarded in
    select g.name, g.columns from (values
      ('achievement_fact', ''), ('headcount', ''), ('target', ''), ('assertion_event', ''), ('filed_report', ''),
      ('membership', '''withdrawn_at'', ''withdrawn_by'''),
      ('enrolment', '''withdrawn_at'', ''withdrawn_by'''),
      ('person_link', '''ended_at'', ''ended_by'', ''evidence'''),
      ('examination_pass', '''decision'', ''decided_by'', ''decided_at'', ''withdrawn_at'', ''withdrawn_by'', ''certificate_number'', ''evidence'', ''foreign_credential_id'''),
      ('holder_visibility', '''ended_at'', ''ended_by'''),
      ('use_receipt', '''revoked_at'', ''receiver'', ''note'''))
      g (name, columns)
  loop
    guard := guarded.name || '_guard';
    execute pg_catalog.format('create trigger %I before update or delete on badges.%I for each row execute function badges.guard_record(%s)',
      guard, guarded.name, guarded.columns);
    execute pg_catalog.format('comment on trigger %I on badges.%I is %L', guard, guarded.name,
      'Refuses deletion and changes, apart from closing and erasing; fires always');
    execute pg_catalog.format('create trigger %I before truncate on badges.%I for each statement execute function badges.guard_record()',
      guard || '_truncate', guarded.name);
    execute pg_catalog.format('comment on trigger %I on badges.%I is %L', guard || '_truncate', guarded.name, 'Refuses truncate');
    execute pg_catalog.format('alter table badges.%1$I enable always trigger %2$I, enable always trigger %3$I',
      guarded.name, guard, guard || '_truncate');
    execute pg_catalog.format('alter table badges.%I enable row level security', guarded.name);
    execute pg_catalog.format('create policy %I on badges.%I for select using (issuer_id = any (array(select badges.visible_issuers())))',
      guarded.name || '_of_tenant', guarded.name);
  end loop;
end
$$;

create trigger recipient_erases_records after update on badges.recipient
  for each row when (old.erased_at is null and new.erased_at is not null) execute function badges.erase_records();
comment on trigger recipient_erases_records on badges.recipient is 'Takes what names the person out of passes and links';
