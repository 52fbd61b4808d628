//! Export of runs, and import of scenario files.

use ringside_lab::Scenario;
use ringside_lab::export::{Record, RecordFormat, csv};

use super::Engine;
use crate::browser::address;
use crate::state::{Notice, Origin};

impl Engine {
    /// Writes the run so far as a scenario file; the user's commands are part of its schedule.
    ///
    /// # Errors
    ///
    /// Returns the reason why no file can hold it.
    pub(crate) fn scenario_file(&self) -> Result<String, String> {
        self.finish();
        let scenario = self.0.player.borrow().timeline.lab().to_scenario();
        scenario.check().map_err(|error| error.to_string())?;
        Ok(scenario.to_json())
    }

    /// Writes the time series of the run as CSV.
    pub(crate) fn series_file(&self) -> String {
        csv(&self.0.player.borrow().timeline.lab().series())
    }

    /// Begins to record the run from its beginning.
    pub(crate) fn record(&self, format: RecordFormat) -> Record {
        self.finish();
        Record::of(self.0.player.borrow().timeline.lab(), format)
    }

    /// Opens the scenario in a file. If it holds none, a notice says so and the run stays.
    pub(crate) fn open_file(&self, name: &str, text: Result<String, String>) {
        let scenario = text.and_then(|text| {
            let scenario = Scenario::parse(&text).map_err(|error| error.to_string())?;
            ringside_lab::Lab::open(scenario.clone()).map_err(|error| error.to_string())?;
            Ok(scenario)
        });
        match scenario {
            Ok(scenario) => {
                let playing = self.0.player.borrow().is_playing();
                // The address would otherwise still name the previous run.
                address::set_fragment(None);
                self.open(scenario, Origin::Own, playing);
                self.say(Notice::done(format!("{name} is open.")));
            }
            Err(reason) => {
                self.say(Notice::refused(format!(
                    "{name} was not opened: {reason}. The run that you see is as it was."
                )));
            }
        }
    }
}
