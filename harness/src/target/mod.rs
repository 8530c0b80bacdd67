//! Where a scenario runs. A target differs in the endpoints that it hands over, nowhere else.

pub mod local;
