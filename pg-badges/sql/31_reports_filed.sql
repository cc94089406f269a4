-- Figures as they were filed, and whether they can still be read.

-- One issuer's rows of a figure, as JSON, without the names, which may be corrected.
create or replace function badges.reported_figures(issuer_did text, report text, as_of timestamptz, known_at timestamptz) returns jsonb
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  names constant text[] := '{issuer_did,programme_name,framework_name,name}';
  wanted text := reported_figures.report;
  until timestamptz := reported_figures.as_of;
  known timestamptz := reported_figures.known_at;
begin
  if not exists (select from badges.list_report_definitions() d where d.report = wanted) then
    raise exception 'no report `%` is defined', wanted using errcode = 'invalid_parameter_value',
      hint = 'badges.list_report_definitions() lists them.';
  end if;
  -- Only the branch of that report is run. Months of use and receipts end before either date.
  return (
    select coalesce(jsonb_agg(line - names), '[]') from (
      select to_jsonb(r) from badges.report_overall(until, known) r where wanted = 'overall'
      union all select to_jsonb(r) from badges.report_participation(until, known) r where wanted = 'participation'
      union all select to_jsonb(r) from badges.report_hours(until, known) r where wanted = 'hours'
      union all select to_jsonb(r) from badges.report_coverage(until, known) r where wanted = 'coverage'
      union all select to_jsonb(r) from badges.report_examinations(until, known) r where wanted = 'examinations'
      union all select to_jsonb(r) from badges.report_certification_health(until, known) r where wanted = 'certification_health'
      union all select to_jsonb(r) from badges.report_progression(until, known) r where wanted = 'progression'
      union all select to_jsonb(r) from badges.report_movement(until, known) r where wanted = 'movement'
      union all select to_jsonb(r) from badges.report_issuance(until, known) r where wanted = 'issuance'
      union all select to_jsonb(r) from badges.report_usage(least(until, known)) r where wanted = 'usage'
      union all select to_jsonb(r) from badges.report_receipts(least(until, known)) r where wanted = 'receipts') u (line)
    where line ->> 'issuer_did' = reported_figures.issuer_did);
end
$$;

-- The last moment of which everything is known: what a transaction that still runs will write bears the time of its beginning.
create or replace function badges.settled_at() returns timestamptz
language sql volatile parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select least(now(), min(s.xact_start)) - interval '1 microsecond' from pg_stat_activity s where s.datname = current_database()
$$;

-- Keeps the figures of a report as they are read now; what a running transaction is recording is not among them.
create or replace function badges.file_report(issuer_did text, report text, as_of timestamptz default now(), note text default '',
  filed_by text default null) returns uuid
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
declare
  owner_id uuid := badges.require_issuer(file_report.issuer_did);
  known timestamptz := badges.settled_at();
  filed uuid;
begin
  insert into badges.filed_report (issuer_id, report, as_of, known_at, figures, edition, note, filed_by)
    values (owner_id, file_report.report, file_report.as_of, known,
      badges.reported_figures(file_report.issuer_did, file_report.report, file_report.as_of, known),
      (select d.edition from badges.list_report_definitions() d where d.report = file_report.report), file_report.note,
      coalesce(file_report.filed_by, badges.acting_role()))
    returning filed_report_id into filed;
  perform badges.record_event('file_report', filed, jsonb_build_object('report', file_report.report, 'as_of', file_report.as_of));
  return filed;
end
$$;

-- Reads filed figures again, from what is stored now. What was computed by an earlier definition cannot be compared and stays as it was filed.
create or replace function badges.check_filed_reports()
returns table (filed_report_id uuid, report text, as_of timestamptz, known_at timestamptz, filed_at timestamptz, is_same boolean,
  edition integer)
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select f.filed_report_id, f.report, f.as_of, f.known_at, f.filed_at,
    case when f.edition = d.edition then f.figures = badges.reported_figures(i.did, f.report, f.as_of, f.known_at) end, f.edition
  from badges.filed_report f join badges.issuer i on i.issuer_id = f.issuer_id
    left join badges.list_report_definitions() d on d.report = f.report
  where f.issuer_id = any (array(select badges.visible_issuers()))
  order by f.filed_at, f.filed_report_id
$$;
