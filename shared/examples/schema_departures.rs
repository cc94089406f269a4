//! Says of each line, a JSON document, how often it departs from the schema: for `tests/interop/official_schema.mjs`.
//!
//! `schema_departures < LINES`: for each line the first departure, or `passes`. A line that is no JSON ends it.

use std::error::Error;
use std::io::{self, BufRead, Write};

use openbadges::model::schema::departures;

fn main() -> Result<(), Box<dyn Error>> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        match departures(&serde_json::from_str(&line?)?).first() {
            Some(departure) => writeln!(output, "{departure}")?,
            None => writeln!(output, "passes")?,
        }
    }
    Ok(output.flush()?)
}
