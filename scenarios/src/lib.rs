//! The scenario files, run as cargo tests (see `tests/`).
