//! Turns: who writes next where one writes at a time.
//!
//! SQLite lets those who wait for its one writer look again now and then, ever more seldom, and
//! whoever happens to look at the right moment is next: of many who write all day some would wait
//! for very long. Within a process they come in the order in which they asked, and at once.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longer nobody waits for a turn; then the database says whether it is busy, as it does where
/// another program writes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Those who write or wait for it, in the order in which they came.
#[derive(Default)]
pub(super) struct Turns {
    line: Mutex<Line>,
    moved: Condvar,
}

#[derive(Default)]
struct Line {
    last: u64,
    /// The first is at it.
    tickets: VecDeque<u64>,
}

/// The turn of somebody who writes; it is over when this is dropped.
pub(crate) struct Turn<'a> {
    turns: &'a Turns,
    ticket: u64,
}

impl Turns {
    /// Waits for the turn; none where that took too long.
    pub(super) fn wait(&self) -> Option<Turn<'_>> {
        let mut line = self.line();
        line.last += 1;
        let ticket = line.last;
        line.tickets.push_back(ticket);
        let turn = Turn {
            turns: self,
            ticket,
        };
        let waits = |line: &mut Line| line.tickets.front() != Some(&ticket);
        let waited = self.moved.wait_timeout_while(line, PATIENCE, waits);
        let (line, time) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(line);
        // Whoever gives up leaves the line.
        (!time.timed_out()).then_some(turn)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turns
            .line()
            .tickets
            .retain(|ticket| *ticket != self.ticket);
        self.turns.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn they_come_in_the_order_in_which_they_asked() {
        let turns = Turns::default();
        let (told, heard) = mpsc::channel();
        let first = turns.wait();
        std::thread::scope(|threads| {
            for place in 0..5 {
                let (turns, told) = (&turns, told.clone());
                threads.spawn(move || {
                    let _turn = turns.wait().expect("a turn");
                    told.send(place).expect("heard");
                });
                // The next asks when this one stands in the line.
                while turns.line().tickets.len() < place + 2 {
                    std::thread::yield_now();
                }
            }
            drop(first);
        });
        drop(told);
        assert_eq!(heard.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert!(turns.line().tickets.is_empty());
    }
}
