//! `lti-tool programme`: badges of courses as steps of programmes.

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{COMMAND_LINE, CliError, say};
use crate::{
    config::Config,
    course::badge::ACHIEVEMENTS,
    language::Language,
    path::steps::{self, Said, StepError},
    server::{ServerError, prepare},
    state::AppState,
    store::step::{CodedProgramme, CourseStepRow, MOST_COURSES},
};

#[derive(Debug, Subcommand)]
pub(super) enum ProgrammeCommand {
    /// List the programmes, and the badges of courses that are steps of them.
    List,
    /// Look for courses by title, badge, platform or id.
    Find {
        /// Part of it.
        text: String,
    },
    /// Make the badge of a course a step of a programme, or change what is said of it there.
    Add(StepArguments),
    /// Take the badge of a course away from a programme; who has it keeps it.
    Remove(StepName),
}

/// A course's badge within a programme.
#[derive(Debug, Args)]
pub(super) struct StepName {
    /// The programme's code, as `programme list` shows it.
    programme: String,
    /// The course's id, as `programme find` shows it.
    #[arg(long, value_name = "ID")]
    course: Uuid,
}

#[derive(Debug, Args)]
pub(super) struct StepArguments {
    #[command(flatten)]
    step: StepName,
    /// The stage, from 1.
    #[arg(long)]
    stage: String,
    /// Which step of the path it becomes, from 1; the last if it is left out.
    #[arg(long, default_value = "", hide_default_value = true)]
    place: String,
    /// What it is for: start, understand, apply or continue.
    #[arg(long, default_value = "", hide_default_value = true)]
    purpose: String,
    /// What kind of achievement it is: participation, knowledge, skill or milestone.
    #[arg(long)]
    kind: String,
    /// Its level, from 1.
    #[arg(long, default_value = "", hide_default_value = true)]
    level: String,
    /// The nominal hours, such as 12 or 1.5.
    #[arg(long)]
    hours: String,
}

/// Runs the command.
pub(super) async fn run(config: Config, command: ProgrammeCommand) -> Result<(), CliError> {
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let state = prepare(config, public_url).await?;
    match command {
        ProgrammeCommand::List => list(&state).await,
        ProgrammeCommand::Find { text } => find(&state, &text).await,
        ProgrammeCommand::Add(arguments) => add(&state, &arguments).await,
        ProgrammeCommand::Remove(step) => {
            let programme = programme(&state, &step.programme).await?;
            steps::remove(&state, programme.programme_id, step.course, COMMAND_LINE).await?;
            say(&format!("the badge is no step of {} any more\n", programme.code))
        }
    }
}

async fn list(state: &AppState) -> Result<(), CliError> {
    let achievements = state.address(ACHIEVEMENTS);
    for programme in state.store.list_coded_programmes(&state.issuer_profile().id).await? {
        say(&format!("{}\n  name    {}\n", programme.code, programme.name.text(Language::En)))?;
        for step in state.store.list_course_steps(programme.programme_id, &achievements).await? {
            say(&described(&step))?;
        }
    }
    Ok(())
}

fn described(step: &CourseStepRow) -> String {
    let said = [
        Some(format!("stage {}", step.stage)),
        Some(format!("step {}", step.place)),
        step.purpose.clone(),
        step.kind.clone(),
        step.level.map(|level| format!("level {level}")),
        step.hours.as_ref().map(|hours| format!("{hours} hours")),
    ];
    format!(
        "  course  {}: {} ({})\n",
        step.course_id,
        step.name.text(Language::En),
        said.into_iter().flatten().collect::<Vec<_>>().join(", ")
    )
}

async fn find(state: &AppState, text: &str) -> Result<(), CliError> {
    let courses = state.store.find_courses(text.trim()).await?;
    if courses.is_empty() {
        return say("no course is found\n");
    }
    for course in courses.iter().take(MOST_COURSES) {
        say(&format!(
            "{}\n  id        {}\n  badge     {}\n  platform  {}\n",
            course.title,
            course.course_id,
            course.name.text(Language::En),
            course.platform
        ))?;
    }
    if courses.len() > MOST_COURSES { say("there are more; look for a longer text\n") } else { Ok(()) }
}

async fn programme(state: &AppState, code: &str) -> Result<CodedProgramme, CliError> {
    let known = state.store.list_coded_programmes(&state.issuer_profile().id).await?;
    let found = known.into_iter().find(|programme| programme.code == code);
    Ok(found.ok_or(StepError::UnknownProgramme)?)
}

async fn add(state: &AppState, arguments: &StepArguments) -> Result<(), CliError> {
    let StepArguments { step, stage, place, purpose, kind, level, hours } = arguments;
    let programme = programme(state, &step.programme).await?;
    let said = Said { stage, place, purpose, kind, level, hours }.read()?;
    let course = steps::place(state, programme.programme_id, step.course, &said, COMMAND_LINE).await?;
    say(&format!("{} is a step of {}\n", course.texts.name().text(Language::En), programme.code))
}
