//! `lti-tool import`: achievements and awards from a folder; frameworks, people, headcounts, targets, enrolments and passes from files.

use std::path::{Path, PathBuf};

use clap::Args;
use openbadges::framework::{Framework, case, csv};

use super::{COMMAND_LINE, CliError, say};
use crate::{
    config::Config,
    import::{
        aims, import,
        lists::{self, ListError},
        passes::record_passes,
        table::Refused,
    },
    server::{ServerError, prepare},
    state::AppState,
};

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(super) struct ImportArguments {
    /// The folder with `programmes.json` and `assertions.jsonl`, such as `lti-tool/data/programmes`.
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// A framework of competencies as a 1EdTech CASE package.
    #[arg(long, value_name = "JSON")]
    case: Option<PathBuf>,
    /// A framework of competencies as a table: `code`, `name_en`, `name_ja`, `level`, `parent`, `url`.
    #[arg(long, value_name = "CSV", requires_all = ["framework_uri", "framework_name"])]
    framework: Option<PathBuf>,
    /// Address of the framework of --framework.
    #[arg(long, value_name = "URL")]
    framework_uri: Option<String>,
    /// Version of the framework of --framework.
    #[arg(long, value_name = "VERSION", default_value = "")]
    framework_version: String,
    /// Name of the framework of --framework.
    #[arg(long, value_name = "NAME")]
    framework_name: Option<String>,
    /// Where people belonged, as the personnel department has it: `user`, `platform`, `population`, `legal_entity`, `from`, `until` (the last day).
    #[arg(long, value_name = "CSV")]
    people: Option<PathBuf>,
    /// How many there were to reach: `population`, `legal_entity`, `programme`, `counted_on`, `people`.
    #[arg(long, value_name = "CSV")]
    headcount: Option<PathBuf>,
    /// How many are to hold a competency by a day: `framework` (its address), `version`, `code`, `level`, `due_on`, `people`.
    #[arg(long, value_name = "CSV")]
    targets: Option<PathBuf>,
    /// Who is enrolled in a programme: `user`, `platform`, `programme`, `enrolled_on`.
    #[arg(long, value_name = "CSV")]
    enrolments: Option<PathBuf>,
    /// Passes of examinations, to be approved by a person: `user`, `platform`, `examination`, `passed_on`, `number`, `evidence`.
    #[arg(long, value_name = "CSV")]
    passes: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn run(config: Config, arguments: &ImportArguments) -> Result<(), CliError> {
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let state = prepare(config, public_url).await?;
    if let Some(folder) = &arguments.folder {
        let count = import(&state, folder).await?;
        say(&format!(
            "{} achievements are defined; {} awards are imported, {} were there before\n",
            count.achievements, count.awarded, count.kept
        ))?;
    }
    for framework in frameworks(arguments)? {
        let count = lists::define(&state, &framework).await?;
        say(&format!("{count} competencies of {} are defined\n", framework.uri))?;
    }
    import_lists(&state, arguments).await
}

/// What is in lists, in an order in which each may need those before it.
async fn import_lists(state: &AppState, arguments: &ImportArguments) -> Result<(), CliError> {
    if let Some(path) = &arguments.people {
        let (recorded, refused) = people(state, path).await?;
        say(&format!("{recorded} memberships are recorded, {} rows are given back\n", refused.len()))?;
        give_back(&refused)?;
    }
    if let Some(path) = &arguments.headcount {
        let (recorded, refused) = lists::record_headcounts(state, &read(path)?, &name(path)).await?;
        say(&format!("{recorded} headcounts are recorded, {} rows are given back\n", refused.len()))?;
        give_back(&refused)?;
    }
    if let Some(path) = &arguments.targets {
        let (recorded, refused) = aims::record_targets(state, &read(path)?).await?;
        say(&format!("{recorded} targets are set, {} rows are given back\n", refused.len()))?;
        give_back(&refused)?;
    }
    if let Some(path) = &arguments.enrolments {
        let (recorded, refused) = aims::record_enrolments(state, &read(path)?).await?;
        say(&format!("{recorded} people are enrolled, {} rows are given back\n", refused.len()))?;
        give_back(&refused)?;
    }
    if let Some(path) = &arguments.passes {
        let (recorded, refused) = record_passes(state, &read(path)?, COMMAND_LINE).await?;
        say(&format!("{recorded} passes wait for approval, {} rows are given back\n", refused.len()))?;
        give_back(&refused)?;
    }
    Ok(())
}

async fn people(state: &AppState, path: &Path) -> Result<(i64, Vec<Refused>), ListError> {
    lists::record_people(state, &read(path)?, &name(path)).await
}

fn frameworks(arguments: &ImportArguments) -> Result<Vec<Framework>, ListError> {
    let mut frameworks = Vec::new();
    if let Some(path) = &arguments.case {
        frameworks.push(case::read(&read(path)?)?);
    }
    if let (Some(path), Some(uri), Some(name)) =
        (&arguments.framework, &arguments.framework_uri, &arguments.framework_name)
    {
        frameworks.push(Framework {
            uri: uri.clone(),
            version: arguments.framework_version.clone(),
            name: [("ja".to_owned(), name.clone()), ("en".to_owned(), name.clone())].into(),
            competencies: csv::read(&read(path)?)?,
        });
    }
    Ok(frameworks)
}

fn give_back(refused: &[Refused]) -> Result<(), CliError> {
    for row in refused {
        say(&format!("line {}: {}: {}\n", row.line, row.reason, row.text))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, ListError> {
    std::fs::read_to_string(path).map_err(|source| ListError::Unreadable { path: path.to_owned(), source })
}

/// The file's name, kept with the records.
fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
