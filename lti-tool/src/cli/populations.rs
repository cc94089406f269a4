//! `lti-tool people`: where somebody belongs, by hand. `lti-tool platform populations`: which parameters of a platform's launches say it.

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{COMMAND_LINE, CliError, platform::PlatformName, ready_store, say};
use crate::{
    belonging::hand::{self, ByHand},
    config::Config,
    server::{ServerError, prepare},
    state::AppState,
    store::examination::FoundPerson,
};

#[derive(Debug, Subcommand)]
pub(super) enum PeopleCommand {
    /// Look for people by name, e-mail address or id.
    Find {
        /// Part of a name or an address, or a whole id.
        text: String,
    },
    /// Say where somebody belongs and belonged, and who said so.
    Show {
        /// The id, as `people find` shows it.
        id: Uuid,
    },
    /// Say by hand where somebody belongs from a day on. It stands before lists and launches.
    Set(BelongingArguments),
}

#[derive(Debug, Args)]
pub(super) struct BelongingArguments {
    /// The id, as `people find` shows it.
    id: Uuid,
    /// `employee`, `dispatched`, `external` or another word.
    #[arg(long)]
    population: String,
    /// The company within the group.
    #[arg(long, default_value = "")]
    legal_entity: String,
    /// The first day, such as 2026-04-01.
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Why; it is kept with the record.
    #[arg(long)]
    reason: String,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("said").required(true)))]
pub(super) struct ParameterArguments {
    #[command(flatten)]
    platform: PlatformName,
    /// The custom parameter that says employee, dispatched, external or a word of the lists.
    #[arg(long, value_name = "PARAMETER", group = "said")]
    population: Option<String>,
    /// The custom parameter that names the company within the group.
    #[arg(long, value_name = "PARAMETER", requires = "population")]
    entity: Option<String>,
    /// Believe launches of this platform no more.
    #[arg(long, group = "said")]
    none: bool,
}

/// Runs a command about people.
pub(super) async fn run(config: Config, command: PeopleCommand) -> Result<(), CliError> {
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let state = prepare(config, public_url).await?;
    match command {
        PeopleCommand::Find { text } => find(&state, &text).await,
        PeopleCommand::Show { id } => show(&state, id).await,
        PeopleCommand::Set(arguments) => set(&state, &arguments).await,
    }
}

async fn find(state: &AppState, text: &str) -> Result<(), CliError> {
    let people = state.store.find_people(&state.issuer_profile().id, text.trim()).await?;
    if people.is_empty() {
        return say("nobody is found\n");
    }
    for person in &people {
        say(&described(person))?;
    }
    Ok(())
}

fn described(person: &FoundPerson) -> String {
    let name = person.name.as_deref().unwrap_or(&person.user_id);
    format!(
        "{name}\n  id        {}\n  user      {}\n  platform  {}\n",
        person.recipient_id, person.user_id, person.platform
    )
}

async fn show(state: &AppState, id: Uuid) -> Result<(), CliError> {
    say(&described(&hand::find(state, id).await?))?;
    for row in state.store.list_belongings(id).await? {
        let place = [row.population.as_str(), row.legal_entity.as_str()].join(" ");
        let until = row.valid_until.map(|day| format!(" until {day}")).unwrap_or_default();
        let end = if row.is_withdrawn { ", superseded" } else { "" };
        say(&format!(
            "  {}  from {}{until}; {}: {}, {} on {}{end}\n",
            place.trim_end(),
            row.valid_from,
            row.origin,
            row.source,
            row.recorded_by,
            row.recorded_at
        ))?;
    }
    Ok(())
}

async fn set(state: &AppState, arguments: &BelongingArguments) -> Result<(), CliError> {
    let BelongingArguments { id, population, legal_entity, from, reason } = arguments;
    let said = ByHand::new(population, legal_entity, from, reason, state.clock.now())?;
    let person = hand::record(state, *id, &said, COMMAND_LINE).await?;
    say(&format!("where {} belongs is recorded\n", person.name.as_deref().unwrap_or(&person.user_id)))
}

/// Names the parameters of a platform's launches.
pub(super) async fn name_parameters(config: &Config, arguments: &ParameterArguments) -> Result<(), CliError> {
    let [population, entity] =
        [&arguments.population, &arguments.entity].map(|name| name.as_deref().unwrap_or_default());
    let [population, entity] = hand::parameters(population, entity)?;
    if population.is_none() && !arguments.none {
        return Err(hand::BelongingError::Parameter.into());
    }
    let store = ready_store(config).await?;
    let known = store.find_registration(&arguments.platform.issuer, &arguments.platform.client_id).await?;
    let registration_id = known.ok_or(CliError::UnknownPlatform)?;
    store.update_population_parameters(registration_id, population, entity, COMMAND_LINE).await?;
    say(if arguments.none {
        "launches of this platform say no more where people belong\n"
    } else {
        "launches of this platform say where people belong, unless a list or a person knows better\n"
    })
}
