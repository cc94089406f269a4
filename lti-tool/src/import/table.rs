//! A list as a table: columns found by name, rows that count or are given back with the reason.

use csv::StringRecord;
use openbadges::time::Timestamp;

/// A column that the first line has to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the first line has no column `{0}`")]
pub struct NoColumn(pub &'static str);

/// A row that is given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Counted from one.
    pub line: u64,
    /// Its fields, with commas between.
    pub text: String,
    /// Why.
    pub reason: Reason,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// More or fewer fields than the first line.
    #[error("the row has another number of fields than the first line")]
    Fields,
    /// A needed field is empty.
    #[error("a field is empty that has to be there")]
    Empty,
    /// A date that is none.
    #[error("a date is not written as 2026-04-01")]
    Date,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    Backwards,
    /// Nobody with that id is known.
    #[error("nobody of that id is registered")]
    Stranger,
    /// Something that is no count.
    #[error("the number of people is no whole number")]
    Number,
    /// No examination of that code.
    #[error("no badge recognises a pass of an examination of that code or its framework")]
    Examination,
    /// Nothing to prove it by.
    #[error("neither a number nor evidence is given")]
    Evidence,
    /// It is there, or cannot be.
    #[error("the pass is recorded already, or its day lies ahead")]
    Recorded,
    /// No programme of that code.
    #[error("no programme of that code is defined")]
    Programme,
    /// No competency of that code.
    #[error("no competency of that code is in a framework of that address and version")]
    Competency,
    /// A code that means several things.
    #[error("several versions of the framework have that code: the column `version` has to say which")]
    Version,
    /// A level that is none.
    #[error("the level is no whole number from 1")]
    Level,
    /// It is there.
    #[error("the person is enrolled in that programme already")]
    Enrolled,
}

/// A table whose columns are found by name.
pub(super) struct Table<'a> {
    reader: csv::Reader<&'a [u8]>,
    headers: StringRecord,
}

impl<'a> Table<'a> {
    pub(super) fn open(text: &'a str, needed: &[&'static str]) -> Result<Self, NoColumn> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
        // Without a readable first line there is no column either.
        let headers = reader.headers().cloned().unwrap_or_default();
        match needed.iter().find(|name| headers.iter().all(|header| header != **name)) {
            Some(name) => Err(NoColumn(name)),
            None => Ok(Self { reader, headers }),
        }
    }

    /// Each row as `read` takes it, or given back.
    pub(super) fn rows<T>(
        mut self,
        mut read: impl FnMut(&Fields<'_>) -> Result<T, Reason>,
    ) -> (Vec<T>, Vec<Refused>) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for record in self.reader.records().map_while(Result::ok) {
            let row = if record.len() == self.headers.len() {
                read(&Fields { headers: &self.headers, record: &record })
            } else {
                Err(Reason::Fields)
            };
            match row {
                Ok(row) => good.push(row),
                Err(reason) => bad.push(Fields { headers: &self.headers, record: &record }.refused(reason)),
            }
        }
        (good, bad)
    }
}

/// One row.
pub(super) struct Fields<'a> {
    headers: &'a StringRecord,
    record: &'a StringRecord,
}

impl Fields<'_> {
    /// The row, given back.
    pub(super) fn refused(&self, reason: Reason) -> Refused {
        Refused {
            line: self.record.position().map_or(0, csv::Position::line),
            text: self.record.iter().collect::<Vec<_>>().join(","),
            reason,
        }
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        let place = self.headers.iter().position(|header| header == name)?;
        // PostgreSQL has no text with this character in it.
        let text = self.record.get(place)?.replace('\0', "");
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn needed(&self, name: &str) -> Result<String, Reason> {
        self.optional(name).ok_or(Reason::Empty)
    }

    pub(super) fn optional_date(&self, name: &str) -> Result<Option<String>, Reason> {
        let Some(text) = self.optional(name) else { return Ok(None) };
        match format!("{text}T00:00:00Z").parse::<Timestamp>() {
            Ok(_) => Ok(Some(text)),
            Err(_) => Err(Reason::Date),
        }
    }

    pub(super) fn date(&self, name: &str) -> Result<String, Reason> {
        self.optional_date(name)?.ok_or(Reason::Empty)
    }

    /// A number of people.
    pub(super) fn people(&self, name: &str) -> Result<i64, Reason> {
        let people: Result<u32, std::num::ParseIntError> = self.needed(name)?.parse();
        people.map(i64::from).map_err(|_error| Reason::Number)
    }
}
