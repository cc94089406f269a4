//! The program: reads the command line and hands over to [`lti_tool::cli`].

use std::process::ExitCode;

use clap::Parser;
use lti_tool::cli::{Cli, run};
use mimalloc::MiMalloc;

/// Requests are many small allocations on every thread, which this serves without locks.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            let error = anyhow::Error::from(error);
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            let mut told = Vec::new();
            // A transparent error repeats its source: once is enough.
            for cause in causes {
                if told.last() != Some(&cause) {
                    told.push(cause);
                }
            }
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("lti-tool: {}\n", told.join(": ")).as_bytes(),
            );
            ExitCode::from(2)
        }
    }
}
