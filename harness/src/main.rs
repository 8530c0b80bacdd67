//! Command.
fn main() {
    harness::target::local::reaper::run_if_asked();
}
